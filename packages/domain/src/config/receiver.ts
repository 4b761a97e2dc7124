/** A receiver as it is written. Mirrors Receiver of `config/config.go` in Alertmanager 0.34. */
import type { GlobalConfig } from "./global.ts";
import { BUILD_ORDER, INTEGRATION_KINDS, receiverKind } from "./receivers/kinds.ts";
import type { IntegrationKind, SettingsByKind } from "./receivers/kinds.ts";
import { field, listOf, optional, shown, struct, text, textMap } from "./schema/index.ts";
import type { Draft, Field, Report, Scope, StructShape } from "./schema/index.ts";
import type { IntegrationConfig, ReceiverConfig } from "./types.ts";

/** The lists of integrations by kind. Undefined items are nulls, refused once all is read. */
type IntegrationLists = {
  readonly [K in IntegrationKind]: readonly (SettingsByKind[K] | undefined)[] | undefined;
};

export interface ReceiverDocument extends IntegrationLists {
  readonly name: string;
  /** Always has its own `name`. */
  readonly labels: ReadonlyMap<string, string> | undefined;
}

export const receiver: StructShape<ReceiverDocument> = struct<ReceiverDocument>(
  { name: shown("name", text), labels: field("labels", textMap), ...listFields() },
  { check: checkReceiver },
);

function listFields(): { readonly [K in IntegrationKind]: Field<IntegrationLists[K]> } {
  const fields = INTEGRATION_KINDS.map((kind) => {
    const { key, shape } = receiverKind(kind);
    return [kind, field(key, listOf(optional(shape), `a list of ${kind} configurations`))];
  });
  // One field for every kind, each made of the kind's own shape.
  return Object.fromEntries(fields) as { [K in IntegrationKind]: Field<IntegrationLists[K]> };
}

function checkReceiver(draft: Draft<ReceiverDocument>, report: Report): void {
  if (draft.name === "") {
    report('the receiver has no "name"');
    return;
  }
  const label = draft.labels?.get("name");
  if (label !== undefined && label !== draft.name) {
    const found = `label "name" must be the receiver's name "${draft.name}", found "${label}"`;
    report(found, { key: "labels" });
  }
  draft.labels = new Map(draft.labels).set("name", draft.name);
}

/** Fills in what the integrations of a receiver inherit, and refuses null items. */
export function inheritGlobal(
  document: ReceiverDocument,
  context: { readonly index: number; readonly global: Draft<GlobalConfig>; readonly scope: Scope },
): void {
  for (const kind of INTEGRATION_KINDS) {
    const { key, inherit } = receiverKind(kind);
    for (const [index, settings] of (document[kind] ?? []).entries()) {
      const where = `"receivers[${context.index}].${key}[${index}]"`;
      if (settings === undefined) {
        const message = `Cannot use ${where}: a null stands where a ${kind} configuration is wanted`;
        context.scope.ruleProblemAt(document, message, { key });
        continue;
      }
      inherit(settings, context.global, (message, place) =>
        context.scope.ruleProblemAt(settings, `Cannot use ${where}: ${message}`, place),
      );
    }
  }
}

/** The receiver as the rest of the program sees it. */
export function receiverConfig(document: ReceiverDocument): ReceiverConfig {
  const { name, labels } = document;
  // Copied: a list that has grown keeps room for seventeen, and most receivers have one integration.
  const integrations = BUILD_ORDER.flatMap((kind) => listOne(document, kind)).slice();
  return labels === undefined || labels.size < 2
    ? { name, integrations }
    : { name, labels, integrations };
}

function listOne(document: ReceiverDocument, kind: IntegrationKind): IntegrationConfig[] {
  const items = document[kind] ?? [];
  return items.flatMap((settings, index) =>
    settings === undefined ? [] : [{ kind, index, sendResolved: settings.sendResolved, settings }],
  );
}
