/** What is asked of a tenant's own configuration besides what is asked of the operator's file. */
import { hostAccessRefusal, locate, type Config } from "@tocsin/domain/config";
import { selectTemplateFiles, type TemplateSource } from "@tocsin/domain/template";
import type { ConfigSource, TenantSettings } from "@tocsin/engine/tenant";
import { AppError } from "@tocsin/foundation";
import { checkClients } from "./config-clients.ts";
import { ConfigFault } from "./config-fault.ts";
import type { ConfigReply } from "./config-job.ts";
import { describe, faultsOf } from "./config-refusal.ts";

/** A tenant's configuration must not reach the host: neither a new one nor one that a bucket brought along. */
export function configOfTenant(reply: ConfigReply): Config {
  if (reply.kind !== "parse") {
    const { faults, words } = faultsOf(reply);
    throw new AppError("invalid-argument", faults, { details: { words } });
  }
  const { config, hostAccess } = reply;
  if (hostAccess === undefined) return config;
  const words = hostAccessRefusal(hostAccess);
  const why = "a tenant's configuration may not name files, proxies or profiles of the host";
  throw new AppError(
    "invalid-argument",
    describe({ ...hostAccess, message: `Cannot use "${hostAccess.field}": ${why}` }),
    words === undefined ? {} : { details: { words } },
  );
}

/** It may name no files, so there is nothing to read. */
export async function checkClientsOfTenant(settings: TenantSettings): Promise<void> {
  try {
    await checkClients(settings, () => Promise.reject(new Error("a file of the host")));
  } catch (thrown) {
    const { message, words } = ConfigFault.from(thrown);
    throw new AppError("invalid-argument", message, { cause: thrown, details: { words } });
  }
}

/** A tenant's templates are those that came with its configuration, whatever it names. */
export function templatesOfTenant(
  patterns: readonly string[],
  { text: config, templates: files }: ConfigSource,
  maxBytes: number,
): readonly TemplateSource[] {
  const sizes = Object.values(files).map((text) => Buffer.byteLength(text));
  const sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
  if (sizeBytes > maxBytes) {
    const found = `${sizeBytes} bytes, ${maxBytes} are allowed`;
    throw new AppError("invalid-argument", `Cannot use the template files: they have ${found}`);
  }
  const selection = selectTemplateFiles(patterns, files);
  if (selection.ok) return selection.sources;
  const { at, problem: message } = selection;
  const place = locate(config, ["templates", at]);
  throw new AppError("invalid-argument", describe({ ...place, message }), {
    details: { words: message },
  });
}
