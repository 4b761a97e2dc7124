import { AppError } from "@tocsin/foundation";

interface FaultParts {
  /** What Alertmanager would say, for the log. */
  readonly words: string;
  readonly isOfUse?: boolean;
  readonly details?: Readonly<Record<string, string>>;
}

/** What is wrong with a configuration: the message in our words, with places, and upstream's for the log. */
export class ConfigFault extends AppError {
  readonly words: string;
  /** The file is right by itself, but not what it names: it cannot be used. */
  readonly isOfUse: boolean;

  constructor(message: string, { words, isOfUse = false, details }: FaultParts) {
    super("invalid-argument", message, details && { details });
    this.words = words;
    this.isOfUse = isOfUse;
  }

  static override from(thrown: unknown): ConfigFault {
    if (thrown instanceof ConfigFault) return thrown;
    const { message } = AppError.from(thrown);
    return new ConfigFault(message, { words: message });
  }
}

/** What is wrong, in upstream's words. */
export function wordsOf(thrown: unknown): string {
  return ConfigFault.from(thrown).words;
}

/** Of a template file: the configuration that names it is right by itself. */
export function templateFault(message: string, words: string): ConfigFault {
  return new ConfigFault(message, {
    words: `failed to parse templates: ${words}`,
    isOfUse: true,
    // Only ours has a column.
    ...(message === words ? undefined : { details: { faults: message } }),
  });
}

/** Of what receivers send with. `words` has as many lines as `message` has parts. */
export function clientFault(message: string, words: string): ConfigFault {
  return new ConfigFault(message, { words, isOfUse: true, details: { faults: message } });
}
