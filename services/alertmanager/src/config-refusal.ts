import { configRefusal, type ConfigProblem } from "@tocsin/domain/config";
import { ConfigFault } from "./config-fault.ts";
import type { ConfigReply } from "./config-job.ts";

/** Throws what the parser says is wrong. */
export function refuse(reply: ConfigReply): never {
  const { faults, words } = faultsOf(reply);
  throw new ConfigFault(faults, { words, details: { faults } });
}

/** In our words, with places, and in upstream's. */
export function faultsOf(reply: ConfigReply): { readonly faults: string; readonly words: string } {
  const problems = reply.kind === "refused" ? reply.problems : [];
  return { faults: problems.map(describe).join("; "), words: configRefusal(problems) };
}

/** One fault with its place. */
export function describe({ line, column, message, hint }: ConfigProblem): string {
  const after = hint === undefined ? "" : ` (${hint})`;
  return `line ${line}, column ${column}: ${message}${after}`;
}
