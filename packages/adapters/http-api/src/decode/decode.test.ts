import type { PostedAlert } from "@tocsin/domain/alert";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeAlerts, NameProblem, SchemaProblem } from "./alerts.ts";
import { DecodeProblem, parseJsonBody, SyntaxProblem } from "./json.ts";
import { Pace, requestTurns } from "../pace.ts";
import { readItems } from "./json-items.ts";
import { compareText } from "@tocsin/domain/model";
import { decodeSilence } from "./silence.ts";
import { parseTime } from "./time.ts";
import { isRequestUri } from "./uri.ts";

const LIMITS = { sizeMaxBytes: 1_000_000, fieldCountMax: 10_000, labelMaxChars: 1_000_000 };

async function decode(text: string): Promise<readonly PostedAlert[] | Error> {
  try {
    const batches = await readItems(Buffer.from(text), {
      name: "alerts",
      limits: LIMITS,
      pace: new Pace(requestTurns()),
    });
    if (batches === undefined) return new Error("empty");
    return (await decodeAlerts(batches, { form: "v2", ...LIMITS })).alerts;
  } catch (thrown) {
    const known = [DecodeProblem, SchemaProblem, NameProblem, SyntaxProblem].some(
      (kind) => thrown instanceof kind,
    );
    if (!known) throw thrown;
    return thrown as Error; // One of those above.
  }
}

/** Of all kinds, with halves of surrogate pairs and what they become among them. */
const unit = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  fc.constantFrom("\ud800", "\ud801", "\udc00", "\ufffd", "\u{1f600}", "a"),
);
const texts = fc.dictionary(fc.string({ unit }), fc.string({ unit }));

describe("decodeAlerts()", () => {
  it("keeps every label and annotation of any well-formed alert, names sorted", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ labels: texts, annotations: texts })),
        async (items) => {
          const alerts = await decode(JSON.stringify(items));
          expect(alerts).not.toBeInstanceOf(Error);
          for (const [at, alert] of (alerts as readonly PostedAlert[]).entries()) {
            const mended = (record: Readonly<Record<string, string>>) =>
              Object.fromEntries(
                Object.entries(record).map(([n, v]) => [n.toWellFormed(), v.toWellFormed()]),
              );
            const { names, values } = alert.labels;
            expect(names).toEqual([...new Set(names)].sort(compareText));
            const labels = Object.fromEntries(names.map((name, index) => [name, values[index]]));
            expect(labels).toEqual(mended(items[at]?.labels ?? {}));
            expect(JSON.parse(alert.annotations)).toEqual(mended(items[at]?.annotations ?? {}));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("answers any JSON with alerts or a problem that it knows, and pollutes nothing", async () => {
    const hostile = fc.jsonValue({ depthSize: "medium" });
    const key = fc.constantFrom("labels", "annotations", "startsAt", "generatorURL", "__proto__");
    const near = fc.array(fc.oneof(hostile, fc.dictionary(key, hostile)));
    await fc.assert(
      fc.asyncProperty(near, async (value) => {
        await decode(JSON.stringify(value));
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("answers any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await decode(Buffer.from(bytes).toString("latin1"));
      }),
      { numRuns: 500 },
    );
  });

  it("shares the list of names between alerts that have the same", async () => {
    const labels = '{"b":"1","a":"2"}';
    const alerts = await decode(`[{"labels":${labels}},{"labels":${labels}}]`);
    expect(alerts).toHaveLength(2);
    const [first, second] = alerts as readonly PostedAlert[];
    expect(first?.labels).toEqual({ names: ["a", "b"], values: ["2", "1"] });
    expect(second?.labels.names).toBe(first?.labels.names);
  });

  it("takes the last of several spellings of a key, as Go does", async () => {
    const alerts = await decode('[{"labels":{"a":"b"},"Labels":{"c":"d"}}]');
    expect(alerts).toMatchObject([{ labels: { names: ["c"] } }]);
    expect(await decode('[{"labels":{"a":"b"},"Labels":null}]')).toMatchObject({ code: 602 });
    expect(
      await decode('[{"labels":{"a":"b"},"generatorURL":"http://c","generatorurl":null}]'),
    ).toMatchObject([{ generatorUrl: "http://c" }]);
    const problem = await decode('[{"labels":{"a":"b"},"Labels":5}]');
    expect(problem).toMatchObject({
      message: "alerts[0].labels: object wanted, number given",
    });
  });

  it("takes keys without regard to case, as Go does", async () => {
    const alerts = await decode('[{"LABELS":{"a":"b"},"ſtartsat":"2020-01-01T00:00:00Z"}]');
    expect(alerts).toMatchObject([
      { labels: { names: ["a"] }, startsAt: { ms: 1_577_836_800_000 } },
    ]);
  });
});

describe("parseJsonBody()", () => {
  it.each([
    ['{"a":"}\\""}x', { a: '}"' }],
    ["[[1],[2]] []", [[1], [2]]],
    ['"text" more', "text"],
    ["null null", null],
    ["12 13", 12],
  ])("takes the first value of %s", (text, value) => {
    expect(parseJsonBody(Buffer.from(text))).toMatchObject({ kind: "value", value });
  });

  it.each(["{", '["', "[1,]", "hello", "'a'", "]"])("refuses %s", (text) => {
    expect(parseJsonBody(Buffer.from(text)).kind).toBe("bad");
  });

  it("ends soon on quotes that never close, however many", () => {
    const body = Buffer.from(`["${'\\"'.repeat(1_000_000)}`);
    const start = process.cpuUsage();
    expect(parseJsonBody(body).kind).toBe("bad");
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
  });
});

describe("decodeSilence()", () => {
  it("answers any JSON with a draft or a problem that it knows", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom("v1" as const, "v2" as const), (value, form) => {
        try {
          decodeSilence(value, { form, mend: true });
        } catch (thrown) {
          const known = thrown instanceof DecodeProblem || thrown instanceof SchemaProblem;
          expect(known).toBe(true);
        }
      }),
    );
  });

  const times = (startsAt: string, endsAt: string): readonly number[] => {
    const rest = {
      matchers: [{ name: "a", value: "b", isRegex: false }],
      createdBy: "",
      comment: "",
    };
    const draft = decodeSilence({ ...rest, startsAt, endsAt }, { form: "v2", mend: false });
    return [draft.startsAtMs, draft.endsAtMs];
  };

  it("lets a silence within one millisecond last until the next", () => {
    expect(times("1970-01-01T00:00:00.0051Z", "1970-01-01T00:00:00.0059Z")).toEqual([5, 6]);
    expect(times("1970-01-01T00:00:00.0059Z", "1970-01-01T00:00:00.0059Z")).toEqual([5, 5]);
    expect(times("1970-01-01T00:00:00.0059Z", "1970-01-01T00:00:00.0051Z")).toEqual([5, 5]);
    expect(times("1970-01-01T00:00:00.0059Z", "1970-01-01T00:00:00.0060Z")).toEqual([5, 6]);
  });
});

describe("parseTime()", () => {
  it.each([
    ["2020-01-02T03:04:05Z", "v1 v2", "2020-01-02T03:04:05.000Z", 0],
    ["2020-01-02T03:04:05.123456789+02:00", "v1 v2", "2020-01-02T01:04:05.123Z", 456_789],
    ["2020-01-02T03:04:05,5Z", "v2", "2020-01-02T03:04:05.500Z", 0],
    ["2020-01-02T03:04:05", "v2", "2020-01-02T03:04:05.000Z", 0],
    ["2020-01-02T03:04Z", "v2", "2020-01-02T03:04:00.000Z", 0],
    ["2020-01-02 03:04:05", "v2", "2020-01-02T03:04:05.000Z", 0],
    ["2020-01-02", "v2", "2020-01-02T00:00:00.000Z", 0],
    ["2020-01-02T03:04:05.123+0200", "v2", "2020-01-02T01:04:05.123Z", 0],
    ["2020-01-02T03:04:05+01:60", "v1 v2", "2020-01-02T01:04:05.000Z", 0],
    ["", "v2", "1970-01-01T00:00:00.000Z", 0],
    ["0001-01-01T00:00:00Z", "v1 v2", "0001-01-01T00:00:00.000Z", 0],
    ["2024-02-29T00:00:00Z", "v1 v2", "2024-02-29T00:00:00.000Z", 0],
  ])("reads %s as %s", (...[text, forms, iso, subNs]) => {
    for (const form of ["v1", "v2"] as const) {
      const wanted = { ms: Date.parse(iso), subNs };
      if (forms.includes(form)) expect(parseTime(text, form)).toMatchObject(wanted);
      else expect(parseTime(text, form)).toBeUndefined();
    }
  });

  it.each([
    "2020-01-02t03:04:05z",
    "2020-01-02T03:04:05+0200",
    "2020-13-01T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2020-01-02T24:00:00Z",
    "2020-01-02T03:04:60Z",
    "2020-01-02T03:04:05+25:00",
    "2020-01-02T03:04+02:00",
    "soon",
    " 2020-01-02T03:04:05Z",
  ])("refuses %s", (text) => {
    expect(parseTime(text, "v1")).toBeUndefined();
    expect(parseTime(text, "v2")).toBeUndefined();
  });

  const number = (max: number, size: number) =>
    fc.nat(max).map((value) => `${value}`.padStart(size, "0"));
  const day = fc
    .tuple(number(9_999, 4), number(13, 2), number(32, 2))
    .map((parts) => parts.join("-"));
  const time = fc
    .tuple(number(25, 2), number(61, 2), number(61, 2))
    .map((parts) => parts.join(":"));
  const fraction = fc.stringMatching(/^(?:\.\d{1,12})?$/);

  it("reads the usual form as any other that names the same instant", () => {
    fc.assert(
      fc.property(day, time, fraction, (date, clock, behind) => {
        const text = `${date}T${clock}${behind}`;
        expect(parseTime(`${text}Z`, "v1")).toEqual(parseTime(`${text}+00:00`, "v1"));
      }),
      {
        examples: [
          ["2024-02-29", "00:00:00", ""],
          ["2023-02-29", "00:00:00", ""],
          ["0099-12-31", "23:59:59", ".5"],
        ],
      },
    );
  });
});

describe("isRequestUri()", () => {
  it.each([
    "/graph?x=1",
    "http://prom.test/ü?q=✓",
    "http://u:p@prom.test/",
    "http://[::1]:9090/graph",
    "http://prom.test/a b",
    "http://prom.test/?a=<b>&c='d'",
    "mailto:a@b",
    "http://prom.test",
  ])("takes %s", (text) => {
    expect(isRequestUri(text)).toBe(true);
  });

  it.each([
    "",
    "prom.test/graph",
    "http://[::1/graph",
    "http://prom.test/%zz",
    "http://prom.test/\u0001",
    "::not a url",
    "http://a b/",
    "http://host:port/",
  ])("refuses %j", (text) => {
    expect(isRequestUri(text)).toBe(false);
  });
});
