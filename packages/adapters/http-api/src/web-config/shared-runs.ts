/**
 * Work that many ask for at once. Who asks while it runs shares the next run with all others who do, so that
 * what they get was begun after they asked, and only one runs at a time.
 */
export class SharedRuns<T> {
  readonly #work: () => Promise<T>;
  #running: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(work: () => Promise<T>) {
    this.#work = work;
  }

  run(): Promise<T> {
    if (this.#next !== undefined) return this.#next;
    if (this.#running === undefined) return this.#start();
    const start = (): Promise<T> => this.#start();
    this.#next = this.#running.then(start, start);
    return this.#next;
  }

  #start(): Promise<T> {
    this.#next = undefined;
    this.#running = this.#work().finally(() => (this.#running = undefined));
    return this.#running;
  }
}
