import { foldKey, mismatch, isObject, type JsonObject } from "./json.ts";

/** What an alert has under the names that mean something. */
export interface AlertFields {
  startsAt: unknown;
  endsAt: unknown;
  generatorURL: unknown;
  labels: unknown;
  annotations: unknown;
  /** Of the alert and of the objects in it, also those that mean nothing. */
  count: number;
}

type FieldName = Exclude<keyof AlertFields, "count">;

const FIELD_NAMES: ReadonlyMap<string, FieldName> = new Map(
  (["startsAt", "endsAt", "generatorURL", "labels", "annotations"] as const).flatMap((name) => [
    [name, name],
    [name.toLowerCase(), name],
  ]),
);
const FIELD_NAME_MAX_CHARS = 12;

/**
 * In one pass, as Go's decoder fills a struct: keys are matched without regard to case, and of several the
 * last counts; but a null leaves a text as it was.
 */
export function fieldsOf(item: JsonObject): AlertFields {
  const fields: AlertFields = {
    startsAt: undefined,
    endsAt: undefined,
    generatorURL: undefined,
    labels: undefined,
    annotations: undefined,
    count: 0,
  };
  for (const key of Object.keys(item)) {
    const value = item[key];
    fields.count += 1;
    if (isObject(value)) fields.count += Object.keys(value).length;
    const name = fieldNameOf(key);
    if (name === undefined) continue;
    const isText = name !== "labels" && name !== "annotations";
    if (value !== null || !isText) fields[name] = value ?? undefined;
  }
  return fields;
}

function fieldNameOf(key: string): FieldName | undefined {
  if (key.length > FIELD_NAME_MAX_CHARS) return undefined;
  // Almost no sender writes a key in another case.
  return FIELD_NAMES.get(key) ?? FIELD_NAMES.get(foldKey(key));
}

/** The text of a field; undefined if it is not there. */
export function textOf(fields: AlertFields, name: FieldName, at: number): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === "string") return value;
  throw mismatch(`alerts[${at}].${name}`, "string", value);
}

/** The same of an object. */
export function objectOf(fields: AlertFields, name: FieldName, at: number): JsonObject | undefined {
  const value = fields[name];
  if (value === undefined || isObject(value)) return value;
  throw mismatch(`alerts[${at}].${name}`, "object", value);
}
