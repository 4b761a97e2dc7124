/**
 * What is in a message when its first byte leaves: I8 (nothing acknowledged is missing), I9 (nothing is
 * silenced), I14 (nothing that fires is told as resolved), I23 (nothing is another tenant's).
 */
import { isBefore, isOverAt, lastAcked, type ClientAlert, type Write } from "../history.ts";
import { sourceOf } from "../scenario.ts";
import type { Attempt, ToldState } from "../world/receivers.ts";
import { trueEpochMs } from "../world/sim-process.ts";
import { clockErrorMs, groupIn, isOutvoted, LOOK_AGE_MAX_MS, type Watch } from "./watch.ts";

const SILENCE_WITHIN_MS = 1_000;

export function checkContent(watch: Watch, attempt: Attempt): void {
  const { history } = watch;
  for (const { name } of attempt.alerts) {
    if (name.endsWith(`tenant=${attempt.tenant}`)) continue;
    history.violate("I23", attempt.firstByteMs, `"${attempt.tenant}" is told of ${name}`);
  }
  const group = groupIn(attempt.group);
  const told = new Map(attempt.alerts.map((alert) => [alert.name, alert]));
  for (const alert of history.alertsOf(attempt.tenant, group)) {
    checkAlert(watch, attempt, { alert, told: told.get(alert.name) });
  }
  if (attempt.isAlone) return;
  checkInhibited(watch, attempt, group);
  checkGrouping(watch, attempt);
}

function checkAlert(
  watch: Watch,
  attempt: Attempt,
  { alert, told }: { readonly alert: ClientAlert; readonly told: ToldState | undefined },
): void {
  const { history } = watch;
  const known = lastAcked(alert.writes, attempt.firstByteMs - LOOK_AGE_MAX_MS);
  if (known === undefined) return;
  const { name } = alert;
  const others = alert.writes.filter((write) => write !== known && !isBefore(write, known));
  const isSure = others.every(({ firing }) => firing === known.firing);
  const atMs = attempt.firstByteMs;
  const hasRunOut = known.endsAtMs - trueEpochMs <= atMs + clockErrorMs(watch, atMs);
  const wasEnded = alert.writes.some(({ firing }) => !firing);
  // A minority may know of an end and not of what came after; it never lets anything run out.
  if (known.firing && told?.resolved === true && !hasRunOut && isSure) {
    if (!attempt.isAlone || !wasEnded) {
      history.violate("I14", attempt.firstByteMs, `${name} is told as resolved and fires`);
    }
  }
  if (attempt.isAlone || !isSure) return;
  if (known.firing && told === undefined && !hasRunOut) {
    history.violate("I8", attempt.firstByteMs, `${name} fires and is not in the message`);
  }
  if (!known.firing && told?.resolved === false && !isOutvoted(watch, known)) {
    history.violate("I8", attempt.firstByteMs, `${name} has ended and is told as firing`);
  }
}

/** The source that mutes the group is an acknowledged write like any other. */
function checkInhibited({ history }: Watch, attempt: Attempt, group: string): void {
  if (!group.startsWith("I") || attempt.alerts.every(({ resolved }) => resolved)) return;
  for (const source of history.alertsOf(attempt.tenant, sourceOf(group))) {
    const known = lastAcked(source.writes, attempt.firstByteMs - LOOK_AGE_MAX_MS);
    if (known?.firing !== true || source.writes.some(({ firing }) => !firing)) continue;
    const message = `${attempt.from} sends ${attempt.group} although ${source.name} inhibits it`;
    history.violate("I8", attempt.firstByteMs, message);
  }
}

/** The configuration in force is one that is acknowledged, or a later one (A25). */
function checkGrouping({ history }: Watch, attempt: Attempt): void {
  const writes = history.configOf(attempt.tenant)?.writes ?? [];
  const known = lastAcked(writes, attempt.firstByteMs - LOOK_AGE_MAX_MS);
  if (known === undefined) return;
  const groupBy = attempt.group.includes("tenant=") ? "alertname, tenant" : "alertname";
  const maybe: readonly (Write & { readonly groupBy: string })[] = writes.filter(
    (write) => write === known || !isBefore(write, known),
  );
  if (maybe.some((write) => write.groupBy === groupBy)) return;
  const message = `${attempt.from} sends ${attempt.group} by a configuration before ${known.number}`;
  history.violate("I8", attempt.firstByteMs, message);
}

/** I9. A sender without a majority may not know of the silence. */
export function checkSilenced({ history }: Watch, attempt: Attempt): void {
  const nowMs = attempt.firstByteMs;
  if (attempt.isAlone || attempt.alerts.every(({ resolved }) => resolved)) return;
  const group = groupIn(attempt.group);
  for (const silence of history.silences) {
    if (silence.tenant !== attempt.tenant || silence.group !== group) continue;
    const { createAckedMs, expireBeganMs } = silence;
    if (createAckedMs === undefined || createAckedMs + SILENCE_WITHIN_MS > nowMs) continue;
    if (expireBeganMs !== undefined && expireBeganMs <= nowMs) continue;
    const since = createAckedMs.toFixed(0);
    history.violate("I9", nowMs, `${attempt.from} sends ${attempt.group}, silenced at ${since}`);
  }
}

/** Whether the write could still take effect after a look that began so long before `atMs`. */
export function mayFollow(write: Write, atMs: number): boolean {
  return !isOverAt(write, atMs - LOOK_AGE_MAX_MS);
}
