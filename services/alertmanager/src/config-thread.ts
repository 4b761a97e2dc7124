/**
 * Large configurations are parsed in a thread of their own, since no parser of YAML can be stopped half way.
 * The thread is made for one job and ends with it: large configurations are rare, and a thread that waits
 * costs as much memory as a thousand tenants.
 */
import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { AppError, withDeadline, type Clock } from "@tocsin/foundation";
import { doConfigJob, type ConfigJob, type ConfigReply } from "./config-job.ts";

/** Far above what the largest configuration takes on a busy machine. */
const JOB_MS = 300_000;
const MEMORY_MAX_MB = 1_024;

interface ThreadData {
  readonly tocsinConfigJob: ConfigJob;
}

/** Does one job at a time, in the order in which they come. */
export class ConfigThread {
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rejects with `unavailable` if the thread does not end well. */
  run(job: ConfigJob): Promise<ConfigReply> {
    const reply = this.#last.then(() => this.#run(job));
    this.#last = reply.catch(() => {});
    return reply;
  }

  async #run(job: ConfigJob): Promise<ConfigReply> {
    const data: ThreadData = { tocsinConfigJob: job };
    const thread = new Worker(import.meta.filename, {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MAX_MB },
    });
    try {
      const options = { clock: this.#clock, delayMs: JOB_MS, what: "Reading the configuration" };
      return await withDeadline(options, new AbortController().signal, async (signal) => {
        // The thread sends one message, its reply.
        const [reply] = (await once(thread, "message", { signal })) as [ConfigReply];
        return reply;
      });
    } catch (thrown) {
      const { message } = AppError.from(thrown);
      throw new AppError("unavailable", `Cannot read the configuration: ${message}`, {
        cause: thrown,
      });
    } finally {
      await thread.terminate();
    }
  }
}

/** True in a thread that was made here: then this module is all that is to be run. */
export const isConfigThread: boolean = !isMainThread && isThreadData(workerData);

// The thread runs this very file, which in the built program is the whole program.
if (!isMainThread && isThreadData(workerData)) {
  parentPort?.postMessage(doConfigJob(workerData.tocsinConfigJob));
}

function isThreadData(data: unknown): data is ThreadData {
  return typeof data === "object" && data !== null && "tocsinConfigJob" in data;
}
