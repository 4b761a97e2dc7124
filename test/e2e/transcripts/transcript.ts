import { readFileSync } from "node:fs";
import type { WantedAnswer } from "./compare.ts";

/** One recorded conversation; test/golden/api/README.md says what its parts mean. */
export interface Transcript {
  readonly name: string;
  readonly config?: string;
  readonly flags?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly tls?: boolean;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly request?: RequestPlan;
  readonly response?: WantedAnswer;
  readonly retry_ms?: number;
  /** Paths into the answer, by the name under which the value is kept. */
  readonly capture?: Readonly<Record<string, string>>;
  readonly sleep_ms?: number;
  readonly write?: Readonly<Record<string, string>>;
  readonly signal?: string;
  readonly restart?: { readonly flags?: readonly string[] };
}

export interface RequestPlan {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string;
  readonly body_hex?: string;
  readonly gzip?: boolean;
  /** Without TLS, though the server speaks it. */
  readonly plain?: boolean;
}

const DEFAULT_CONFIG = "route:\n  receiver: default\nreceivers:\n- name: default\n";

export function readTranscripts(file: string): readonly Transcript[] {
  // The files are golden data of this one form.
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Transcript[] }).cases;
}

export function configOf({ config }: Transcript): string {
  return config ?? DEFAULT_CONFIG;
}

/** Whether the conversation needs a process of its own, rather than a tenant of its own. */
export function needsProcess(transcript: Transcript): boolean {
  const { flags, files, tls, steps } = transcript;
  if (flags !== undefined || files !== undefined || tls === true) return true;
  // The folder of the configuration, which a tenant has not.
  if (JSON.stringify(transcript).includes("{{DIR}}")) return true;
  return steps.some(
    ({ request, write, signal, restart }) =>
      write !== undefined ||
      signal !== undefined ||
      restart !== undefined ||
      // What these show or do is the instance's and not a tenant's.
      /^\/(?:-\/reload|metrics)/.test(request?.path ?? ""),
  );
}
