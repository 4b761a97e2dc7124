/** Shapes of mappings with fixed keys: the tables that most of `config/` consists of. */
import type { Emit, EmitEntry } from "../yaml/emit.ts";
import type { MappingNode, YamlNode } from "../yaml/node.ts";
import { readEntries } from "./pairs.ts";
import { typeWord } from "./scalars.ts";
import type { Place, Scope } from "./scope.ts";
import { describeNode, isNullWord } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** One key of a mapping. */
export interface Field<T> {
  readonly key: string;
  readonly shape: Shape<T>;
  /** What it is when the key is absent. Null sets it to the shape's zero instead. */
  readonly initial: T;
  /** Written also when it is zero. */
  readonly isAlwaysShown: boolean;
  /** Its list is written in one line. */
  readonly isFlow: boolean;
}

/** A value that is being read: later steps still fill in what it inherits. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

export interface StructShape<T> extends Shape<T> {
  readonly fields: { readonly [K in keyof T]-?: Field<T[K]> };
  /** What a mapping without any key gives. */
  initial(): Draft<T>;
}

/** Says what is wrong with a value that has the right shape, at one of its keys or at its start. */
export type Report = (message: string, place?: Place) => void;

export interface StructOptions<T> {
  /** Checks and normalises a structure after all of its keys were read without a fault of shape. */
  readonly check?: (draft: Draft<T>, report: Report, scope: Scope) => void;
  /** Reads a node that is no mapping; undefined to refuse it. */
  readonly decodeOther?: (node: YamlNode, scope: Scope, before: T) => T | undefined;
  readonly wanted?: string;
}

/** A key that is left out when it is not set. */
export function field<T>(key: string, shape: Shape<T>, initial: T = shape.zero): Field<T> {
  return { key, shape, initial, isAlwaysShown: false, isFlow: false };
}

/** A key that is written even when it is not set. */
export function shown<T>(key: string, shape: Shape<T>, initial: T = shape.zero): Field<T> {
  return { key, shape, initial, isAlwaysShown: true, isFlow: false };
}

/** A key whose list is written in one line. */
export function inline<T>(key: string, shape: Shape<T>): Field<T> {
  return { key, shape, initial: shape.zero, isAlwaysShown: false, isFlow: true };
}

export function struct<T extends object>(
  fields: { readonly [K in keyof T]-?: Field<T[K]> },
  options: StructOptions<T> = {},
): StructShape<T> {
  return new StructTable(fields, options);
}

class StructTable<T extends object> implements StructShape<T> {
  readonly wanted: string;
  readonly zero: T;
  readonly fields: { readonly [K in keyof T]-?: Field<T[K]> };
  /** Copied for every structure that is read: cheaper than making it key by key. */
  readonly #initial: Draft<T>;
  readonly #options: StructOptions<T>;
  readonly #names: readonly (keyof T)[];
  readonly #nameByKey: ReadonlyMap<string, keyof T>;
  readonly #hasDefaults: boolean;

  constructor(fields: { readonly [K in keyof T]-?: Field<T[K]> }, options: StructOptions<T>) {
    this.fields = fields;
    this.wanted = options.wanted ?? "a mapping";
    this.#options = options;
    this.#names = Object.keys(fields) as (keyof T)[]; // The table has no keys but these.
    this.#nameByKey = new Map(this.#names.map((name) => [fields[name].key, name]));
    this.zero = this.#make((entry) => entry.shape.zero);
    this.#initial = this.#make((entry) => entry.initial);
    this.#hasDefaults = this.#names.some(
      (name) => fields[name].initial !== fields[name].shape.zero,
    );
  }

  initial(): Draft<T> {
    return { ...this.#initial };
  }

  decode(node: YamlNode, scope: Scope, before: T): T {
    if (node.kind !== "mapping") return this.#decodeOther(node, scope, before);
    const problemsBefore = scope.problemCount;
    // As upstream: a table with defaults starts from them, another one adds to what is there.
    const draft: Draft<T> = this.#hasDefaults ? this.initial() : { ...before };
    scope.place(draft, node);
    this.#readKeys(node, scope, draft);
    if (scope.problemCount === problemsBefore) {
      this.#options.check?.(draft, this.#reporter(draft, scope), scope);
    }
    return draft;
  }

  encode(value: T): Emit {
    const entries: EmitEntry[] = [];
    for (const name of this.#names) {
      const { key, shape, isAlwaysShown, isFlow } = this.fields[name];
      if (!isAlwaysShown && shape.isZero(value[name])) continue;
      entries.push({
        key: { kind: "text", text: key },
        value: shape.encode(value[name]),
        flow: isFlow,
      });
    }
    return { kind: "map", entries };
  }

  isZero(value: T): boolean {
    return this.#names.every((name) => this.fields[name].shape.isZero(value[name]));
  }

  #decodeOther(node: YamlNode, scope: Scope, before: T): T {
    if (isNullWord(node)) return this.zero;
    const other = this.#options.decodeOther?.(node, scope, before);
    if (other !== undefined) return other;
    scope.wrongShape(node, this.wanted, describeNode(node, typeWord));
    return before;
  }

  #readKeys(node: MappingNode, scope: Scope, draft: Draft<T>): void {
    const seen = new Set<string>();
    readEntries(node, scope, ({ key: keyNode, keyText: key, value, isMerged }) => {
      const name = this.#nameByKey.get(key);
      if (name === undefined) {
        this.#refuseKey(keyNode, key, scope);
        return;
      }
      // A key that a merge brings in replaces one that stands before it, and is no duplicate.
      if (!isMerged && seen.has(key)) {
        scope.shapeProblem(keyNode, `Cannot read ${scope.where()}: key "${key}" is there twice`);
        return;
      }
      if (!isMerged) seen.add(key);
      scope.path.push(key);
      draft[name] = scope.read(this.fields[name].shape, value, draft[name]);
      scope.path.pop();
    });
  }

  #refuseKey(node: YamlNode, key: string, scope: Scope): void {
    if (!scope.hasRoom) return;
    const message = `Cannot read ${scope.where()}: key ${JSON.stringify(key)} is unknown`;
    scope.shapeProblem(node, message, scope.suggest(key, this.#nameByKey.keys()));
  }

  #reporter(draft: Draft<T>, scope: Scope): Report {
    const where = scope.where();
    return (message, place) => scope.ruleProblemAt(draft, `Cannot use ${where}: ${message}`, place);
  }

  #make(value: <K extends keyof T>(entry: Field<T[K]>) => T[K]): Draft<T> {
    const made: Partial<Draft<T>> = {};
    for (const name of this.#names) made[name] = value(this.fields[name]);
    return made as Draft<T>; // Complete: the table has an entry for every key of T.
  }
}
