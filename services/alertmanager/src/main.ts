import { systemClock } from "@tocsin/clock-system";
import { AppError, type Logger } from "@tocsin/foundation";
import { createLogger } from "@tocsin/telemetry";
import { wordsOf } from "./config-fault.ts";
import { isConfigThread } from "./config-thread.ts";
import {
  FEATURES,
  parseCommandLine,
  UPSTREAM_VERSION,
  VERSION,
  type Options,
} from "./flags/index.ts";
import { Life } from "./life.ts";
import { readText } from "./named-files.ts";
import { startProgram } from "./program.ts";
import { ServiceManager } from "./service-manager.ts";

/** What it throws is worded as upstream words it. */
function readTextFile(path: string): string {
  try {
    return readText(path);
  } catch (thrown) {
    throw new Error(wordsOf(thrown), { cause: thrown });
  }
}

async function main(): Promise<void> {
  const line = parseCommandLine(process.argv.slice(2), process.env, readTextFile);
  if (line.kind === "print") {
    (line.exitCode === 0 ? process.stdout : process.stderr).write(line.text);
    process.exitCode = line.exitCode;
    return;
  }
  const logger = createLogger(
    { clock: systemClock, write: (text) => process.stderr.write(text) },
    line.options.log,
  );
  if (line.kind === "refuse") {
    const { message, problem } = line;
    warnOfFeatures(line.options, logger);
    logger.log("error", message, problem === undefined ? {} : { err: problem });
    process.exitCode = 1;
    return;
  }
  for (const warning of line.warnings) logger.log("warn", warning);
  await run(line.options, logger);
}

async function run(options: Options, logger: Logger): Promise<void> {
  warnOfFeatures(options, logger);
  logger.log("info", "Starting Alertmanager", {
    version: `(tocsin=${VERSION}, follows=${UPSTREAM_VERSION})`,
  });
  logger.log("info", "Build context", {
    build_context: `(node=${process.version}, platform=${process.platform}/${process.arch})`,
  });
  const life = new Life(logger, new ServiceManager({ clock: systemClock, logger }, process.env));
  try {
    const program = await startProgram(options, logger, (error) => life.end(1, error));
    life.started(program);
  } catch (thrown) {
    life.failed(AppError.from(thrown));
    await life.exit(1);
  }
}

/** Of those that are there, up to the first that is not, which is refused next. */
function warnOfFeatures({ features }: Options, logger: Logger): void {
  for (const feature of features) {
    if (!Object.hasOwn(FEATURES, feature)) return;
    logger.log("warn", FEATURES[feature]);
  }
}

// A thread of the program's own runs this file, too, and has done its work by now.
if (!isConfigThread) void main();
