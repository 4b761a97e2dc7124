import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, describe, expect, test } from "vitest";

import type { Environment } from "./environment.ts";
import type { Options } from "./options.ts";
import { type CommandLine, parseCommandLine } from "./parse-command-line.ts";

interface Surroundings {
  readonly environment?: Environment;
  readonly settings?: string;
}

function parse(argv: readonly string[], around: Surroundings = {}): CommandLine {
  return parseCommandLine(argv, around.environment ?? {}, (path) => {
    if (around.settings === undefined) throw new Error(`no such file: ${path}`);
    return around.settings;
  });
}

function optionsOf(argv: readonly string[], around: Surroundings = {}): Options {
  const parsed = parse(argv, around);
  assert(parsed.kind === "run", JSON.stringify(parsed));
  return parsed.options;
}

/** What stands on standard error, without the words around it. */
function problemOf(argv: readonly string[], around: Surroundings = {}): string {
  const parsed = parse(argv, around);
  assert(parsed.kind === "print", JSON.stringify(parsed));
  expect(parsed.exitCode).toBe(1);
  const [, problem] = /^tocsin: error: (.*), try --help\n$/s.exec(parsed.text) ?? [];
  assert(problem !== undefined, parsed.text);
  return problem;
}

describe("parseCommandLine() without settings", () => {
  test("has Alertmanager's defaults", () => {
    const options = optionsOf([]);
    expect(options.config.filePath).toBe("alertmanager.yml");
    expect(options.storage.folderPath).toBe("data/");
    expect(options.data).toEqual({ retentionMs: 432_000_000, maintenanceIntervalMs: 900_000 });
    expect(options.web).toEqual({
      listenAddresses: [":9093"],
      takesSystemdSockets: false,
      externalUrl: undefined,
      routePrefix: undefined,
      configFilePath: undefined,
      getConcurrencyMax: 0,
      timeoutMs: undefined,
    });
    expect(options.log).toEqual({ level: "info", format: "logfmt" });
    expect(options.cluster.listenAddress).toBe("0.0.0.0:9094");
  });

  test("needs nothing outside: memory for the ring, a folder for the state", () => {
    const options = optionsOf([]);
    expect(options.ring.store).toEqual({ kind: "memory" });
    expect(options.ring.replicationFactor).toBe(3);
    expect(options.ring.instanceId).not.toBe("");
    expect(options.state.store).toEqual({ kind: "file", folderPath: "data/" });
    expect(options.rpc.listenAddress).toEqual({ host: "", port: 9095 });
    expect(options.admin.listenAddress).toBeUndefined();
    expect(options.tenancy).toEqual({ isEnabled: false, defaultTenant: undefined });
    expect(options.limits.bodySizeMaxBytes).toBe(16 * 1024 * 1024);
  });

  test("has the times of the protocol", () => {
    expect(optionsOf([]).timings).toMatchObject({
      pingIntervalMs: 500,
      suspectTimeoutMs: 2500,
      turnGraceMs: 1000,
      minorityWaitMs: 20_000,
      heartbeatIntervalMs: 1000,
      heartbeatTimeoutMs: 30_000,
      catchUpTimeoutMs: 30_000,
      snapshotIntervalMs: 60_000,
    });
  });

  test("is frozen in all its depth", () => {
    const options = optionsOf([]);
    expect(Object.isFrozen(options)).toBe(true);
    expect(Object.isFrozen(options.web.listenAddresses)).toBe(true);
    expect(Object.isFrozen(options.timings)).toBe(true);
  });
});

describe("parseCommandLine() reads the command line as kingpin does", () => {
  test("values behind an equals sign and behind a space", () => {
    const options = optionsOf([
      "--config.file=a.yml",
      "--storage.path",
      "b",
      "--log.level",
      "warn",
    ]);
    expect(options.config.filePath).toBe("a.yml");
    expect(options.storage.folderPath).toBe("b");
    expect(options.log.level).toBe("warn");
  });

  test("switches on and off", () => {
    expect(optionsOf(["--log.silences"]).silences.isLogged).toBe(true);
    expect(optionsOf(["--no-log.silences"]).silences.isLogged).toBe(false);
  });

  test("a repeated address is one more address", () => {
    const options = optionsOf(["--web.listen-address=a:1", "--web.listen-address", "b:2"]);
    expect(options.web.listenAddresses).toEqual(["a:1", "b:2"]);
  });

  test("durations of Go and of Prometheus", () => {
    expect(optionsOf(["--data.retention=1h30m"]).data.retentionMs).toBe(5_400_000);
    expect(optionsOf(["--data.retention=2d"]).data.retentionMs).toBe(172_800_000);
    expect(optionsOf(["--web.timeout=1ns"]).web.timeoutMs).toBeCloseTo(1e-6, 12);
    expect(optionsOf(["--web.timeout=-1s"]).web.timeoutMs).toBeUndefined();
  });

  test("a whole number may be written as a fraction", () => {
    expect(optionsOf(["--silences.max-silences=1.5"]).silences.countMax).toBe(1);
  });

  const problems: readonly { name: string; argv: readonly string[]; problem: string }[] = [
    { name: "a word", argv: ["nope"], problem: "unexpected nope" },
    { name: "a word behind two dashes", argv: ["--", "nope"], problem: "unexpected nope" },
    { name: "an unknown flag", argv: ["--nope=1"], problem: "unknown long flag '--nope'" },
    { name: "an unknown letter", argv: ["-x"], problem: "unknown short flag '-x'" },
    {
      name: "no value at the end",
      argv: ["--config.file"],
      problem: "expected argument for flag '--config.file'",
    },
    {
      name: "a flag instead of a value",
      argv: ["--config.file", "--log.silences"],
      problem: "expected argument for flag '--config.file'",
    },
    { name: "a value for a switch", argv: ["--log.silences=true"], problem: "unexpected true" },
    {
      name: "the negation of a text",
      argv: ["--no-config.file"],
      problem: "unknown long flag '--no-config.file', did you mean '--config.file'?",
    },
    {
      name: "a flag twice",
      argv: ["--data.retention=1h", "--data.retention=2h"],
      problem: "flag 'data.retention' cannot be repeated",
    },
    {
      name: "a duration without unit",
      argv: ["--data.retention=5"],
      problem: 'time: missing unit in duration "5"',
    },
    {
      name: "a duration with an unknown unit",
      argv: ["--data.retention=5q"],
      problem: 'time: unknown unit "q" in duration "5q"',
    },
    { name: "no duration", argv: ["--data.retention=x"], problem: 'time: invalid duration "x"' },
    {
      name: "no number",
      argv: ["--silences.max-silences=x"],
      problem: 'strconv.ParseFloat: parsing "x": invalid syntax',
    },
    { name: "a level", argv: ["--log.level=loud"], problem: "unrecognized log level loud" },
    { name: "a format", argv: ["--log.format=xml"], problem: "unrecognized log format xml" },
  ];
  test.each(problems)("refuses $name", ({ argv, problem }) => {
    expect(problemOf(argv)).toBe(problem);
  });

  test("a mistyped flag is told the right one", () => {
    expect(problemOf(["--ring.stor=memory:"])).toBe(
      "unknown long flag '--ring.stor', did you mean '--ring.store'?",
    );
  });

  test("--help and --version go to standard output with status 0", () => {
    const asked = ["--help", "--help-long", "-h", "-hh", "--no-help", "--version", "--no-version"];
    for (const word of asked) {
      expect(parse([word])).toMatchObject({ kind: "print", exitCode: 0 });
      expect(parse([word, "--log.level=loud"])).toMatchObject({ kind: "print", exitCode: 0 });
    }
  });

  test("a level in any case, a format in small letters only", () => {
    expect(optionsOf(["--log.level=INFO"]).log.level).toBe("info");
    expect(problemOf(["--log.format=JSON"])).toBe("unrecognized log format JSON");
  });

  test("what is no number is no limit, and one that is too large is refused", () => {
    expect(optionsOf(["--silences.max-silences=NaN"]).silences.countMax).toBe(0);
    expect(optionsOf(["--silences.max-silences=1_000"]).silences.countMax).toBe(1_000);
    expect(optionsOf(["--alerts.per-alertname-limit=-Inf"]).alerts.perAlertnameMax).toBe(0);
    expect(problemOf(["--silences.max-silences=1e400"])).toBe(
      'strconv.ParseFloat: parsing "1e400": value out of range',
    );
  });

  test("a peer without gossip is nobody", () => {
    const off = ["--cluster.listen-address=", "--cluster.peer=a:1"];
    expect(optionsOf(off).cluster.listenAddress).toBeUndefined();
    expect(problemOf(["--cluster.peer="])).toMatch(/cannot use --cluster.peer/);
  });
});

describe("parseCommandLine() puts the sources in order", () => {
  const settings = "ring: {instance-id: file}\nlog.level: debug\nstorage: {path: from-file}\n";
  const environment = {
    TOCSIN_SETTINGS_FILE: "settings.yml",
    TOCSIN_RING_INSTANCE_ID: "environment",
    TOCSIN_LOG_LEVEL: "warn",
  };

  test("flag beats environment beats file beats default", () => {
    const options = optionsOf(["--ring.instance-id=flag"], { environment, settings });
    expect(options.ring.instanceId).toBe("flag");
    expect(options.log.level).toBe("warn");
    expect(options.storage.folderPath).toBe("from-file");
    expect(options.config.filePath).toBe("alertmanager.yml");
  });

  test("lists come from the environment with commas and from the file as lists", () => {
    const fromEnvironment = optionsOf([], {
      environment: { TOCSIN_WEB_LISTEN_ADDRESS: "a:1, b:2" },
    });
    expect(fromEnvironment.web.listenAddresses).toEqual(["a:1", "b:2"]);
    const fromFile = optionsOf(["--settings.file=s"], {
      settings: 'web:\n  listen-address:\n    - "a:1"\n    - "b:2"\n',
    });
    expect(fromFile.web.listenAddresses).toEqual(["a:1", "b:2"]);
  });

  test("a wrong value is told with the place it comes from", () => {
    expect(problemOf([], { environment: { TOCSIN_DATA_RETENTION: "x" } })).toBe(
      'TOCSIN_DATA_RETENTION: time: invalid duration "x"',
    );
    expect(problemOf(["--settings.file=s.yml"], { settings: "data: {retention: x}" })).toBe(
      's.yml, "data.retention": time: invalid duration "x"',
    );
    expect(problemOf([], { environment: { TOCSIN_TENANCY_ENABLED: "yes" } })).toContain(
      'cannot set --tenancy.enabled to "yes": "true" or "false" is wanted',
    );
  });

  test("an unknown variable is a warning, one that Kubernetes sets is none", () => {
    const parsed = parse([], {
      environment: {
        TOCSIN_RING_STOR: "memory:",
        TOCSIN_SERVICE_HOST: "10.0.0.1",
        TOCSIN_PORT_9093_TCP_ADDR: "10.0.0.1",
      },
    });
    assert(parsed.kind === "run");
    expect(parsed.warnings).toEqual([
      'Environment variable "TOCSIN_RING_STOR" sets no flag, did you mean "TOCSIN_RING_STORE"?',
    ]);
  });

  test("a settings file that cannot be read is named", () => {
    expect(problemOf(["--settings.file=none.yml"])).toBe(
      'cannot read the settings file "none.yml": no such file: none.yml',
    );
  });
});

describe("the settings of npm start", () => {
  test("run one instance with everything on", () => {
    const root = join(import.meta.dirname, "../../../..");
    const settings = readFileSync(join(root, "deploy/examples/start.yml"), "utf8");
    const options = optionsOf(["--settings.file=deploy/examples/start.yml"], { settings });
    expect(options.tenancy).toEqual({ isEnabled: true, defaultTenant: "anonymous" });
    expect(options.ring.store).toEqual({ kind: "memory" });
    expect(options.state.store).toEqual({ kind: "file", folderPath: "data" });
    expect(options.admin.listenAddress).toEqual({ host: "127.0.0.1", port: 9096 });
    expect(options.web.listenAddresses).toEqual([":9093"]);
    expect(existsSync(join(root, options.config.filePath ?? "none"))).toBe(true);
  });
});

describe("parseCommandLine() with tenancy", () => {
  test("has no configuration file by default, and a given one as fallback", () => {
    expect(optionsOf(["--tenancy.enabled"]).config.filePath).toBeUndefined();
    const given = optionsOf(["--tenancy.enabled", "--config.file=alertmanager.yml"]);
    expect(given.config.filePath).toBe("alertmanager.yml");
  });

  test("has no gossip, whatever its address says", () => {
    const options = optionsOf(["--tenancy.enabled", "--cluster.listen-address=:9094"]);
    expect(options.cluster.listenAddress).toBeUndefined();
  });

  test("reads the stores of a sharded cluster", () => {
    const options = optionsOf([
      "--tenancy.enabled",
      "--ring.store=redis://:secret@redis:6379/1?prefix=x:",
      "--state.store=s3://bucket/some/prefix/?endpoint=http://127.0.0.1:9000&region=eu&pathStyle=true",
      "--admin.listen-address=127.0.0.1:9096",
      "--limits.max-body-bytes=2MiB",
    ]);
    expect(options.ring.store).toEqual({
      kind: "redis",
      url: "redis://:secret@redis:6379/1?prefix=x:",
    });
    expect(options.state.store).toEqual({
      kind: "s3",
      url: "s3://bucket/some/prefix/?endpoint=http://127.0.0.1:9000&region=eu&pathStyle=true",
    });
    expect(options.admin.listenAddress).toEqual({ host: "127.0.0.1", port: 9096 });
    expect(options.limits.bodySizeMaxBytes).toBe(2 * 1024 * 1024);
  });

  test("a state folder is given by its path or as a file URL", () => {
    const stores = ["file:some/path", "file:///some/path"].map(
      (store) => optionsOf([`--state.store=${store}`]).state.store,
    );
    expect(stores).toEqual([
      { kind: "file", folderPath: "some/path" },
      { kind: "file", folderPath: "/some/path" },
    ]);
  });

  test("warns of a state folder that only one of several instances has", () => {
    const parsed = parse(["--tenancy.enabled", "--ring.store=redis://redis"]);
    assert(parsed.kind === "run");
    expect(parsed.warnings).toHaveLength(1);
    expect(parsed.warnings[0]).toContain("--state.store=s3://bucket/prefix");
  });
});

describe("parseCommandLine() refuses settings that mean nothing", () => {
  const problems: readonly { name: string; argv: readonly string[]; problem: RegExp }[] = [
    {
      name: "a tenant name",
      argv: ["--tenancy.default=a b"],
      problem: /--tenancy.default to "a b"/,
    },
    {
      name: "an instance name",
      argv: ["--ring.instance-id=a/b"],
      problem: /instance-id to "a\/b"/,
    },
    {
      name: "a default tenant where there are none",
      argv: ["--tenancy.default=team-a"],
      problem: /--tenancy.default without --tenancy.enabled/,
    },
    { name: "no copies", argv: ["--ring.replication-factor=0"], problem: /value from 1 to 9/ },
    { name: "half copies", argv: ["--ring.replication-factor=1.5"], problem: /a whole number/ },
    { name: "a time of ours", argv: ["--rpc.turn-grace=x"], problem: /"x": a duration such as/ },
    { name: "a time of zero", argv: ["--rpc.turn-grace=0"], problem: /from 1 to 86400000 ms/ },
    {
      name: "a body size",
      argv: ["--limits.max-body-bytes=1MB"],
      problem: /"1MB": a whole number/,
    },
    {
      name: "an rpc address",
      argv: ["--rpc.listen-address=x"],
      problem: /missing port in address/,
    },
    {
      name: "an rpc port that others cannot know",
      argv: ["--tenancy.enabled", "--ring.store=redis://r", "--rpc.listen-address=:0"],
      problem: /the others must know the port/,
    },
    {
      name: "an advertised address without a port",
      argv: ["--rpc.advertise-address=nocolon"],
      problem:
        /--rpc.advertise-address to "nocolon": .*missing port in address, "host:port" is wanted/,
    },
    {
      name: "no host",
      argv: ["--rpc.advertise-address=0.0.0.0:9095"],
      problem: /the others reach/,
    },
    {
      name: "an ID of dots alone, the name of another folder",
      argv: ["--ring.instance-id=..."],
      problem: /--ring.instance-id to "...": .*not dots alone/,
    },
    {
      name: "a password that ends the host",
      argv: ["--tenancy.enabled", "--ring.store=redis://:a#b@r:6379"],
      problem: /"%23", "%2F" and "%40" for "#", "\/" and "@" in a password/,
    },
    { name: "no folder", argv: ["--state.store=file:"], problem: /"file:PATH" or "s3:/ },
    { name: "no bucket", argv: ["--state.store=s3:///a"], problem: /"file:PATH" or "s3:/ },
    { name: "another store", argv: ["--state.store=gs://b"], problem: /"file:PATH" or "s3:/ },
    {
      name: "a ring without tenancy",
      argv: ["--ring.store=redis://r"],
      problem: /add --tenancy.ena/,
    },
    { name: "peers", argv: ["--cluster.peer=a:9094"], problem: /--cluster.peer: Not possible yet/ },
    {
      name: "peers with tenancy",
      argv: ["--tenancy.enabled", "--cluster.peer=a:9094"],
      problem: /find one another through --ring.store/,
    },
  ];
  test.each(problems)("$name", ({ argv, problem }) => {
    expect(problemOf(argv)).toMatch(problem);
  });

  test("a store is not repeated in the message: it may carry a password", () => {
    expect(problemOf(["--ring.store=reddis://:secret@r"])).not.toContain("secret");
    expect(problemOf(["--state.store=s4://key:secret@r"])).not.toContain("secret");
  });

  test("an empty value of what cannot be used yet is no use of it", () => {
    const argv = ["--web.config.file=", "--no-web.systemd-socket", "--cluster.tls-config="];
    expect(optionsOf(argv).config.filePath).toBe("alertmanager.yml");
  });

  const relations: readonly { name: string; argv: readonly string[]; flag: string }[] = [
    {
      name: "suspect < 5 pings",
      argv: ["--rpc.ping-interval=600ms"],
      flag: "--rpc.suspect-timeout",
    },
    { name: "suspect too long", argv: ["--rpc.suspect-timeout=4s"], flag: "--rpc.suspect-timeout" },
    { name: "grace below a ping", argv: ["--rpc.turn-grace=400ms"], flag: "--rpc.turn-grace" },
    { name: "minority wait", argv: ["--rpc.minority-wait=5s"], flag: "--rpc.minority-wait" },
    {
      name: "heartbeats too rare",
      argv: ["--ring.heartbeat-interval=2s"],
      flag: "--ring.heartbeat-interval",
    },
    {
      name: "heartbeats given up too soon",
      argv: ["--ring.heartbeat-timeout=5s"],
      flag: "--ring.heartbeat-timeout",
    },
  ];
  test.each(relations)("times that do not fit together: $name", ({ argv, flag }) => {
    const problem = problemOf(argv);
    expect(problem).toMatch(/^cannot start with these times: /);
    expect(problem).toContain(flag);
  });
});

describe("parseCommandLine() refuses in the log what Alertmanager refuses there", () => {
  const refusals: readonly { argv: readonly string[]; message?: string; problem: string }[] = [
    {
      argv: ["--enable-feature=classic-mode,nope"],
      message: "error parsing the feature flag list",
      problem: "unknown option 'nope' for --enable-feature",
    },
    {
      argv: ["--enable-feature=event-recorder,"],
      message: "error parsing the feature flag list",
      problem: "unknown option '' for --enable-feature",
    },
    {
      argv: ["--enable-feature=classic-mode,utf8-strict-mode"],
      message: "error parsing the feature flag list",
      problem: "cannot have both classic and UTF-8 modes enabled",
    },
    {
      argv: ["--data.retention=-1h"],
      problem: "alertmanager/app: Options.Retention must be positive",
    },
    {
      argv: ["--alerts.gc-interval=0s"],
      problem: "alertmanager/app: Options.AlertGCInterval must be positive",
    },
    { argv: ["--config.file="], problem: "alertmanager/app: Options.ConfigFile is required" },
    { argv: ["--storage.path="], problem: "alertmanager/app: Options.DataDir is required" },
    {
      argv: ["--cluster.gossip-interval=0"],
      problem:
        "alertmanager/app: Options.GossipInterval must be positive when clustering is enabled",
    },
  ];
  test.each(refusals)("$argv", ({ argv, message, problem }) => {
    expect(parse(argv)).toMatchObject({
      kind: "refuse",
      message: message ?? "alertmanager exited with error",
      problem,
    });
  });

  test.each(["0", "1.1", "-0.5"])("a ratio of %s, where it would be used", (ratio) => {
    const argv = [`--auto-gomemlimit.ratio=${ratio}`];
    expect(parse([...argv, "--enable-feature=auto-gomemlimit"])).toMatchObject({
      kind: "refuse",
      message: "--auto-gomemlimit.ratio must be greater than 0 and less than or equal to 1.",
    });
    expect(parse(argv).kind).toBe("run");
  });

  test("times of gossip do not matter without gossip", () => {
    const options = optionsOf(["--cluster.listen-address=", "--cluster.gossip-interval=0"]);
    expect(options.cluster.listenAddress).toBeUndefined();
  });
});
