/**
 * The template function `routeLabels`: labels of the route whose values are templates themselves and
 * may call each other. Each is rendered once per rendering, and a circle is an error.
 */
import type { Execution } from "../exec/execution.ts";
import { TemplateFailure } from "../problem.ts";
import { GoError } from "../values/types.ts";
import type { TemplateData } from "./data.ts";

type SharedExecution = Omit<Execution, "routeLabel">;

export class RouteLabels {
  readonly #data: TemplateData | null;
  readonly #run: Execution;
  readonly #execute: (text: string, run: Execution) => string;
  readonly #rendered = new Map<string, string>();
  /** Labels being rendered, outermost first. */
  readonly #path: string[] = [];

  constructor(
    data: TemplateData | null,
    run: SharedExecution,
    execute: (text: string, run: Execution) => string,
  ) {
    this.#data = data;
    this.#execute = execute;
    this.#run = { ...run, routeLabel: (name) => this.#called(name) };
  }

  /** Renders a text that may use `routeLabels`. @throws TemplateFailure */
  render(text: string): string {
    return this.#execute(text, this.#run);
  }

  /** The value of a label; "" for one that is not there. @throws TemplateFailure, GoError for a circle */
  resolve(name: string): string {
    const raw = this.#data?.routeLabels.get(name);
    if (raw === undefined || raw === "") return "";
    if (this.#data?.areRouteLabelsRendered) return raw;
    const known = this.#rendered.get(name);
    if (known !== undefined) return known;
    if (this.#path.includes(name)) {
      throw new GoError(`route label cycle detected: ${[...this.#path, name].join(" -> ")}`);
    }
    this.#path.push(name);
    try {
      const text = this.render(raw);
      this.#rendered.set(name, text);
      return text;
    } finally {
      this.#path.pop();
    }
  }

  /** As a function of templates: what fails inside is an error of the call. */
  #called(name: string): string {
    this.#run.budget.enter();
    try {
      return this.resolve(name);
    } catch (error) {
      // Over budget the whole rendering is over, however it was called.
      if (!(error instanceof TemplateFailure) || error.problem.limit !== undefined) throw error;
      throw new GoError(error.problem.message);
    } finally {
      this.#run.budget.leave();
    }
  }
}
