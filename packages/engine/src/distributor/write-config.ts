import { AppError, withDeadline } from "@tocsin/foundation";
import type { ConfigRecord, TenantId } from "@tocsin/domain/model";
import type { ConfigWrite } from "../api/types.ts";
import type { StoredConfig } from "../ports/index.ts";
import type { DistributorDeps } from "./context.ts";
import { writeRecords } from "./write-records.ts";

const STORE_TRIES_MAX = 5;
const STORE_CALL_MS = 2_000;

/** Rejects with `invalid-argument` and the place of the first problem. */
export async function checkConfig(deps: DistributorDeps, write: ConfigWrite): Promise<void> {
  const { text, templates } = write;
  const compiled = await deps.settingsCache.prepareSent({ text, templates });
  if (!compiled.ok) throw compiled.error;
}

/**
 * Stores a new version of a tenant's configuration: compare-and-set in the object store settles races and
 * gives the version, then it is put in force on all owners that can be reached (PROTOCOL 4).
 */
export async function putConfig(
  deps: DistributorDeps,
  put: { readonly tenant: TenantId; readonly write: ConfigWrite },
  signal: AbortSignal,
): Promise<ConfigRecord> {
  await checkConfig(deps, put.write);
  const { text, templates, expectedVersion } = put.write;
  return change(
    deps,
    { tenant: put.tenant, expectedVersion, make: () => ({ text, templates }) },
    signal,
  );
}

export async function deleteConfig(
  deps: DistributorDeps,
  tenant: TenantId,
  signal: AbortSignal,
): Promise<void> {
  const make = (known: StoredConfig | undefined): Pick<ConfigRecord, "text" | "templates"> => {
    if (known?.record.text === undefined) {
      throw new AppError("not-found", "the Alertmanager configuration for this tenant is not set");
    }
    return { text: undefined, templates: {} };
  };
  await change(deps, { tenant, expectedVersion: undefined, make }, signal);
}

interface Change {
  readonly tenant: TenantId;
  readonly expectedVersion: number | undefined;
  readonly make: (known: StoredConfig | undefined) => Pick<ConfigRecord, "text" | "templates">;
}

async function change(
  deps: DistributorDeps,
  what: Change,
  signal: AbortSignal,
): Promise<ConfigRecord> {
  const { tenant } = what;
  deps.assertTakesWrites();
  const record = await storeVersion(deps, what, signal);
  try {
    await writeRecords(deps, { tenant, state: { config: record }, awaitAll: true }, signal);
  } catch (error) {
    const failure = AppError.from(error, "unavailable");
    const message =
      `Configuration version ${record.version} may or may not come into force: ` +
      `${failure.message}. Send it again`;
    throw new AppError(failure.code, message, { cause: failure });
  }
  return record;
}

async function storeVersion(
  deps: DistributorDeps,
  what: Change,
  signal: AbortSignal,
): Promise<ConfigRecord> {
  const { tenant } = what;
  for (let tries = 0; tries < STORE_TRIES_MAX; tries += 1) {
    const known = await ask(deps, signal, (inner) => deps.stateStore.readConfig(tenant, inner));
    const version = known?.record.version ?? 0;
    if (what.expectedVersion !== undefined && what.expectedVersion !== version) {
      const message = `Configuration has version ${version}, the request wants ${what.expectedVersion}`;
      throw new AppError("conflict", message);
    }
    const record: ConfigRecord = {
      ...what.make(known),
      version: version + 1,
      updatedAtMs: deps.time.nowMs(),
    };
    const result = await ask(deps, signal, (inner) =>
      deps.stateStore.writeConfig({ tenant, expected: known?.version }, record, inner),
    );
    if (result.kind === "written") return record;
  }
  throw new AppError("conflict", "Configuration is being changed by others at the same time");
}

function ask<T>(
  deps: DistributorDeps,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const options = { clock: deps.clock, delayMs: STORE_CALL_MS, what: "State store" };
  return withDeadline(options, signal, call).catch((error: unknown) => {
    const failure = AppError.from(error, "unavailable");
    if (failure.code !== "unavailable" && failure.code !== "deadline-exceeded") throw failure;
    throw new AppError("unavailable", `Configuration not stored: ${failure.message}`, {
      cause: failure,
    });
  });
}
