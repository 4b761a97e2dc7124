import type { TenantId } from "@tocsin/domain/model";
import type { RenderLimits } from "@tocsin/domain/template";
import { AppError, assert } from "@tocsin/foundation";
import { parseOverrides, shownOverrides, type Options, type Overrides } from "./flags/index.ts";

type ReadText = (path: string) => Promise<string>;
type LimitOptions = Pick<Options["limits"], "templates" | "overridesPath">;

/** The limits of tenants: those of the flags, or what `--limits.overrides-file` says of one. */
export class TenantLimits {
  readonly #options: LimitOptions;
  readonly #readText: ReadText;
  #templates: ReadonlyMap<TenantId, RenderLimits> = new Map();
  /** What is in force, as the file would say it. */
  shown = "";

  private constructor(options: LimitOptions, readText: ReadText) {
    this.#options = options;
    this.#readText = readText;
  }

  /** With the file in force. Rejects with what is wrong with it, as `readText` does when it cannot be read. */
  static async load(options: LimitOptions, readText: ReadText): Promise<TenantLimits> {
    const limits = new TenantLimits(options, readText);
    limits.apply(await limits.read());
    return limits;
  }

  /** Reads the file anew. Rejects with what is wrong with it. `apply` puts it in force. */
  async read(): Promise<Overrides> {
    const path = this.#options.overridesPath;
    if (path === undefined) return new Map();
    const parsed = parseOverrides(path, await this.#read(path));
    if (parsed.ok) return parsed.value;
    throw refused(parsed.problem);
  }

  async #read(path: string): Promise<string> {
    try {
      return await this.#readText(path);
    } catch (error) {
      throw refused(AppError.from(error).message);
    }
  }

  apply(overrides: Overrides): void {
    const { templates } = this.#options;
    this.shown = shownOverrides(overrides);
    this.#templates = new Map(
      [...overrides].map(([tenant, limits]) => {
        const limit = (name: string, general: number): number => {
          const value = limits.get(`limits.${name}`) ?? general;
          assert(typeof value === "number", `Limit "${name}" is no number`);
          return value;
        };
        return [
          tenant,
          {
            stepsMax: limit("max-template-steps", templates.stepsMax),
            depthMax: limit("max-template-depth", templates.depthMax),
            outputMaxChars: limit("max-template-output-chars", templates.outputMaxChars),
          },
        ];
      }),
    );
  }

  /** What one rendering of a template may use. */
  readonly templates = (tenant: TenantId): RenderLimits =>
    this.#templates.get(tenant) ?? this.#options.templates;
}

function refused(problem: string): AppError {
  return new AppError("invalid-argument", `Cannot use --limits.overrides-file: ${problem}`);
}
