/** Overwrites one object until it is killed. Arguments: folder, key. */
import { systemClock, systemRandom } from "@tocsin/clock-system";
import { FsObjectStore } from "@tocsin/object-store-fs";

const [folder, key] = process.argv.slice(2) as [string, string];
const store = new FsObjectStore({ clock: systemClock, random: systemRandom }, { folder });
const { signal } = new AbortController();
for (let round = 0; ; round += 1) {
  const body = Buffer.from(String(round % 10).repeat(100_000));
  await store.put({ key, body, condition: { kind: "none" } }, signal);
  if (round === 0) process.send?.("writing");
}
