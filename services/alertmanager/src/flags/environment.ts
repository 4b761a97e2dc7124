/** Flags from the environment: `TOCSIN_` and the name in capitals, dots and dashes as `_`. */
import type { GivenTexts } from "./arguments.ts";
import { environmentName } from "./flag.ts";
import { nearestName } from "./nearest.ts";
import { FLAGS } from "./table.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentFlags {
  readonly texts: GivenTexts;
  /** One sentence for each variable that looks like a flag of ours and is none. */
  readonly warnings: readonly string[];
}

/** What Kubernetes sets in every container for a service whose name starts with "tocsin". */
const SERVICE_LINK = /_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_\d+_(TCP|UDP|SCTP)(_.+)?)?)$/;

/**
 * Reads the variables that belong to flags. An unknown one is a warning, not an error: others may set
 * variables with our prefix. A repeatable flag's texts are separated by commas.
 */
export function readEnvironment(environment: Environment): EnvironmentFlags {
  const texts = new Map<string, readonly string[]>();
  const names = new Set<string>();
  for (const spec of FLAGS.values()) {
    const name = environmentName(spec.name);
    names.add(name);
    const text = environment[name];
    if (text === undefined) continue;
    texts.set(spec.name, spec.kind === "list" ? splitList(text) : [text]);
  }
  const warnings: string[] = [];
  for (const name of Object.keys(environment).toSorted()) {
    if (!name.startsWith("TOCSIN_") || names.has(name) || SERVICE_LINK.test(name)) continue;
    const near = nearestName(name, names);
    const hint = near === undefined ? "" : `, did you mean "${near}"?`;
    warnings.push(`Environment variable "${name}" sets no flag${hint}`);
  }
  return { texts, warnings };
}

function splitList(text: string): string[] {
  return text.split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
}
