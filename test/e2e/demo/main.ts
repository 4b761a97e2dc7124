/**
 * `npm run demo`: three sharded instances with Redis, S3, Prometheus and a webhook, one of them killed in the
 * middle. Ends with 0 and "notified once, lost nothing", or with 1 and what was lost or told twice.
 */
import { constants } from "node:os";
import { MissingPrograms, startCluster, type Closing, type Member } from "./cluster.ts";
import { Ledger } from "./ledger.ts";
import { Screen } from "./screen.ts";
import { Sender } from "./sender.ts";
import { startSink } from "./sink.ts";
import { Story } from "./story.ts";

const screen = new Screen();
const abort = new AbortController();
// Under npm the terminal's Ctrl-C comes twice: the second one must not cut the cleaning up short.
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => abort.abort(name));

process.exitCode = await main();

async function main(): Promise<number> {
  const closing: Closing = [];
  try {
    const isGood = await run(closing);
    return isGood ? 0 : 1;
  } catch (error) {
    if (abort.signal.aborted) {
      screen.warn("Interrupted, cleaning up");
      return 128 + constants.signals[abort.signal.reason as "SIGINT" | "SIGTERM"];
    }
    const message = error instanceof Error ? error.message : String(error);
    const isKnown = error instanceof MissingPrograms;
    screen.verdict(false, [isKnown ? message : `Cannot go on with the demonstration: ${message}`]);
    return 1;
  } finally {
    await Promise.all(closing.map((close) => close()));
  }
}

async function run(closing: Closing): Promise<boolean> {
  const { signal } = abort;
  const ledger = new Ledger();
  let members: readonly Member[] = [];
  let last: string | undefined;
  const sink = await startSink((notice, externalUrl) => {
    last = new URL(externalUrl).hostname;
    screen.notice(notice, { sender: last, isFirst: ledger.arrive(notice) });
  });
  closing.push(() => sink.close());
  screen.step(
    "Starting Redis, S3, Prometheus and three instances",
    "The instances find one another in Redis, and keep snapshots in S3.",
  );
  members = await startCluster({ screen, closing }, sink.url);
  signal.throwIfAborted();
  screen.say(`${members.map(({ name }) => name).join(", ")} are ready`);
  const sender = new Sender({ screen, signal }, members);
  const lastSender = (): Member | undefined => members.find(({ name }) => name === last);
  await new Story({ screen, ledger, sender, members, lastSender, signal }).tell();
  const { isGood, lines } = ledger.verdict();
  screen.verdict(isGood, lines);
  return isGood;
}
