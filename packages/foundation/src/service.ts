import type { Logger } from "./logger.ts";

/**
 * The life of a background loop.
 *
 * ```text
 *   new ──start──▶ starting ──▶ running ──stop──▶ stopping ──▶ terminated
 *                     └───────────┴───── a throw ─────┴──────▶ failed
 * ```
 */
export type ServiceState = "new" | "starting" | "running" | "stopping" | "terminated" | "failed";

/** What a component does in each phase. Phases never overlap, so their fields need no locks. */
export interface ServiceBody {
  readonly name: string;
  /** Makes ready. A throw fails the service. */
  starting?(signal: AbortSignal): Promise<void>;
  /** Runs until the signal; returning early is a failure unless the signal has fired. */
  running?(signal: AbortSignal): Promise<void>;
  /** Cleans up; always called once after `starting` began. Must be bounded by itself. */
  stopping?(): Promise<void>;
}

/** Runs a `ServiceBody`. `start` and `stop` are idempotent. */
export class Service {
  readonly #body: ServiceBody;
  readonly #abort = new AbortController();
  #state: ServiceState = "new";
  #started: Promise<void> | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  /** Why it failed; undefined while it has not. */
  failure: unknown;
  onFailure: (error: unknown) => void = () => {};

  constructor(body: ServiceBody) {
    this.#body = body;
  }

  get name(): string {
    return this.#body.name;
  }

  get state(): ServiceState {
    return this.#state;
  }

  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#started;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #start(): Promise<void> {
    if (this.#state !== "new") return;
    this.#state = "starting";
    const { signal } = this.#abort;
    try {
      await this.#body.starting?.(signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      throw error;
    }
    if (signal.aborted) return;
    this.#state = "running";
    if (this.#body.running === undefined) return;
    this.#running = this.#body.running(signal).then(
      () => {
        if (!signal.aborted) this.#fail(new Error(`${this.name} ended by itself`));
      },
      (error: unknown) => {
        if (!signal.aborted) this.#fail(error);
      },
    );
  }

  async #stop(): Promise<void> {
    if (this.#state === "new") {
      this.#state = "terminated";
      return;
    }
    if (this.#state !== "failed") this.#state = "stopping";
    this.#abort.abort(new Error(`${this.name} is stopping`));
    // Who started it has been told of its failure.
    await this.#started?.catch(() => {});
    await this.#running;
    try {
      await this.#body.stopping?.();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    if (this.#state === "stopping") this.#state = "terminated";
  }

  #fail(error: unknown): void {
    this.#state = "failed";
    this.failure = error;
    this.onFailure(error);
  }
}

/** Starts services in the given order and stops them in reverse: intake closes before what it feeds. */
export class ServiceGroup {
  readonly #services: readonly Service[];
  readonly #logger: Logger;

  constructor(services: readonly Service[], logger: Logger) {
    this.#services = services;
    this.#logger = logger;
  }

  async start(): Promise<void> {
    for (const service of this.#services) {
      this.#logger.log("debug", "Starting", { service: service.name });
      await service.start();
    }
  }

  async stop(): Promise<void> {
    for (const service of this.#services.toReversed()) {
      try {
        await service.stop();
      } catch (error) {
        this.#logger.log("error", "Stopping failed", { service: service.name, err: String(error) });
      }
    }
  }
}
