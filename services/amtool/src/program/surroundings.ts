import type { LookAtPath } from "@tocsin/command-line";
import type { TemplateSource } from "@tocsin/domain/template";
import type { Clock } from "@tocsin/foundation";

/** What the program is given of the outside. */
export interface Surroundings {
  readonly clock: Clock;
  /** `$HOME`; undefined when it is not set. */
  readonly homePath: string | undefined;
  /** The name of the user, the author of silences unless another is given. */
  readonly userName: string;
  /** Reads a whole file or throws; `/dev/stdin` is standard input. */
  readonly readFile: (path: string) => Uint8Array;
  readonly lookAtPath: LookAtPath;
  /** Reads the template files that match; throws if one cannot be read. */
  readonly readTemplates: (patterns: readonly string[]) => readonly TemplateSource[];
  /** Standard input is a terminal: nobody has sent anything. */
  readonly isInputTerminal: boolean;
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
}
