import { describe, expect, it } from "vitest";
import { TENANT } from "../tenant/fixture.ts";
import { viewOf } from "../testing/documents.ts";
import { idOf, OTHER, OWN, THIRD } from "../testing/watch.ts";
import { underOneView } from "./one-view.ts";

const OLD = [OWN, OTHER, THIRD];
const NEW = [OTHER, THIRD, idOf("am-4")];

describe("underOneView()", () => {
  it("repeats what was begun under owners that are no more, with those of now (A13)", async () => {
    let view = viewOf(OLD);
    const asked: string[] = [];
    const result = await underOneView({ view: () => view }, TENANT, async ({ sets }) => {
      asked.push(sets.map((set) => set.toSorted().join(",")).join(" and "));
      view = viewOf(OLD, { version: 2, target: NEW });
      return asked.length;
    });
    expect(result).toBe(2);
    expect(asked).toEqual(["am-1,am-2,am-3", "am-1,am-2,am-3 and am-2,am-3,am-4"]);
  });

  it("lets a newer view be that leaves the tenant where it is", async () => {
    let view = viewOf(OLD);
    let count = 0;
    await underOneView({ view: () => view }, TENANT, async () => {
      count += 1;
      view = viewOf(OLD, { version: view.version + 1 });
    });
    expect(count).toBe(1);
  });

  it("gives up on owners that change each time", async () => {
    let view = viewOf(OLD);
    const operation = underOneView({ view: () => view }, TENANT, async () => {
      view = viewOf(view.owns(OWN, TENANT) ? NEW : OLD);
    });
    await expect(operation).rejects.toMatchObject({
      code: "unavailable",
      message: 'Owners of "team-a" change too fast',
    });
  });

  it("repeats what failed among owners that are no more, and passes other failures on", async () => {
    let view = viewOf(OLD);
    let count = 0;
    const operation = underOneView({ view: () => view }, TENANT, () => {
      count += 1;
      view = viewOf(NEW);
      return Promise.reject(new Error(`no quorum ${count}`));
    });
    await expect(operation).rejects.toThrow("no quorum 2");
  });
});
