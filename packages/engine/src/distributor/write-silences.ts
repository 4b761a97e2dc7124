import { AppError, uuid } from "@tocsin/foundation";
import type { InstanceId, SilenceRecord, TenantId } from "@tocsin/domain/model";
import {
  planSilenceExpire,
  planSilenceWrite,
  silenceSizeBytes,
  type SilenceStamp,
} from "@tocsin/domain/silence";
import type { SilenceDraft } from "../api/types.ts";
import type { DistributorDeps, SilenceAct } from "./context.ts";
import { assertQuorumInReach } from "./quorum-in-reach.ts";
import { readTenant } from "./read-tenant.ts";
import { writeRecords, type RecordWrite } from "./write-records.ts";

/** Creates or changes a silence (PROTOCOL 4). Returns the ID under which it stands. */
export async function putSilence(
  deps: DistributorDeps,
  write: { readonly tenant: TenantId; readonly draft: SilenceDraft },
  signal: AbortSignal,
): Promise<string> {
  deps.assertTakesWrites();
  const { tenant, draft } = write;
  const previous =
    draft.id === "" ? undefined : await readSilence(deps, { tenant, id: draft.id }, signal);
  const plan = planSilenceWrite(previous, draft, {
    ...stampFor(deps, previous),
    newId: uuid(deps.random),
    mode: deps.matcherMode,
    limits: {
      ...deps.silenceLimits,
      count: await countSilences(deps, tenant, signal),
      sizeBytes: (silence) => silenceSizeBytes(silence, deps.retentionMs),
    },
  });
  switch (plan.kind) {
    case "not-found":
      throw new AppError("not-found", `silence ${draft.id} not found`);
    case "invalid":
    case "limited":
      throw new AppError("invalid-argument", plan.error);
    case "store":
      await store(deps, { tenant, records: plan.records, isNew: previous === undefined }, signal);
      for (const record of plan.records) deps.onSilence(actOf(record, plan), record, tenant);
      return plan.id;
  }
}

/** Ends a silence; ending an ended one changes nothing (S-65). */
export async function expireSilence(
  deps: DistributorDeps,
  write: { readonly tenant: TenantId; readonly id: string },
  signal: AbortSignal,
): Promise<void> {
  deps.assertTakesWrites();
  const previous = await readSilence(deps, write, signal);
  const stamp = stampFor(deps, previous);
  // At the very instant of its end a silence mutes; an owner whose clock is behind judges it at
  // `updatedAt`, which must therefore be later than the end.
  const plan = planSilenceExpire(previous, {
    ...stamp,
    updatedAtMs: Math.max(stamp.updatedAtMs, stamp.nowMs + 1),
  });
  switch (plan.kind) {
    case "not-found":
      throw new AppError("not-found", `silence ${write.id} not found`);
    case "unchanged":
      // Perhaps a refused try ended it, on fewer owners than a yes promises.
      if (previous === undefined) return;
      await store(deps, { tenant: write.tenant, records: [previous], isNew: false }, signal);
      return;
    case "store":
      await store(deps, { tenant: write.tenant, records: [plan.record], isNew: false }, signal);
      deps.onSilence("expire", plan.record, write.tenant);
  }
}

/** With a change that cannot be made in place comes the end of what it replaces. */
function actOf(
  { id }: SilenceRecord,
  plan: { readonly id: string; readonly isInPlace: boolean },
): SilenceAct {
  if (id !== plan.id) return "expire";
  return plan.isInPlace ? "update" : "create";
}

/** All silences that a read quorum knows, ended ones too; counted only where a limit wants it. */
async function countSilences(
  deps: DistributorDeps,
  tenant: TenantId,
  signal: AbortSignal,
): Promise<number> {
  if (deps.silenceLimits.countMax === 0) return 0;
  const read = await readTenant(deps, { tenant, maps: ["silences"] }, signal);
  return read.tenant.silences().length;
}

/** The silence as a read quorum knows it. */
async function readSilence(
  deps: DistributorDeps,
  { tenant, id }: { readonly tenant: TenantId; readonly id: string },
  signal: AbortSignal,
): Promise<SilenceRecord | undefined> {
  const read = await readTenant(deps, { tenant, maps: ["silences"] }, signal);
  if (read.have < read.need) {
    throw new AppError(
      "unavailable",
      `Silence not read: ${read.have} of ${read.need} needed owners answered`,
    );
  }
  const found = read.tenant.silence(id);
  if (found !== undefined) deps.time.observeStampUs(found.stampUs);
  return found;
}

function stampFor(deps: DistributorDeps, previous: SilenceRecord | undefined): SilenceStamp {
  const nowMs = deps.time.nowMs();
  return {
    nowMs,
    updatedAtMs: Math.max(nowMs, (previous?.updatedAtMs ?? 0) + 1),
    stampUs: deps.time.drawStampUs(),
    stampBy: deps.ownId,
    retentionMs: deps.retentionMs,
  };
}

interface SilenceStore {
  readonly tenant: TenantId;
  readonly records: readonly SilenceRecord[];
  /** Nothing stood there before: what a refusal leaves behind can be taken back. */
  readonly isNew: boolean;
}

async function store(
  deps: DistributorDeps,
  what: SilenceStore,
  signal: AbortSignal,
): Promise<void> {
  const { tenant, records, isNew } = what;
  try {
    assertQuorumInReach(deps, deps.view().owners(tenant));
  } catch (error) {
    const { code, message } = AppError.from(error);
    throw new AppError(code, `Silence not ${isNew ? "created" : "changed"}: ${message}`);
  }
  try {
    await writeRecords(deps, { tenant, state: { silences: records } }, signal);
  } catch (error) {
    const failure = AppError.from(error, "unavailable");
    if (!isNew) {
      const message = `Silence may have been changed, or not: ${failure.message}. Read it, or try again`;
      throw new AppError(failure.code, message, { cause: failure });
    }
    retract(deps, tenant, records);
    const message = `Silence not created: ${failure.message}. What was stored of it is taken back`;
    throw new AppError(failure.code, message, { cause: failure });
  }
}

const RETRACTION_TRIES_MAX = 100;
const RETRACTION_RETRY_MS = 1_000;

/**
 * Ends what some owner may have stored of a refused new silence, so that no ghost mutes (A24). Whoever
 * stored it may be out of reach for as long as the write quorum is, so it is tried again.
 */
function retract(deps: DistributorDeps, tenant: TenantId, records: readonly SilenceRecord[]): void {
  const silences = records.map((record) => {
    const nowMs = deps.time.nowMs();
    return {
      ...record,
      endsAtMs: Math.min(record.endsAtMs, nowMs),
      startsAtMs: Math.min(record.startsAtMs, nowMs),
      updatedAtMs: nowMs + 1,
      expiredOnRequest: true,
      stampUs: deps.time.drawStampUs(),
      stampBy: deps.ownId,
    };
  });
  const owners: readonly InstanceId[] = deps.view().owners(tenant).sets.flat();
  if (owners.includes(deps.ownId)) {
    deps.fleet.merge(tenant, { silences });
    // No try gets as far as to the disk while no quorum is in reach; a disk that fails raises its own alarm.
    void deps.journal.synced().catch(() => {});
  }
  void writeUntilTaken(deps, { tenant, state: { silences } });
}

async function writeUntilTaken(deps: DistributorDeps, write: RecordWrite): Promise<void> {
  for (let tries = 1; tries <= RETRACTION_TRIES_MAX; tries += 1) {
    try {
      await writeRecords(deps, write, deps.signal);
      return;
    } catch {
      // Neither a quorum nor the end of this instance yet.
    }
    try {
      await deps.clock.sleep(RETRACTION_RETRY_MS, deps.signal);
    } catch {
      return;
    }
  }
  deps.logger.log(
    "warn",
    "Refused silence is not taken back everywhere; expire it if it shows up",
    {
      tenant: write.tenant,
      silences: write.state.silences?.map(({ id }) => id).join(","),
    },
  );
}
