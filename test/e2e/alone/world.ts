import { eventually, Instance, Webhook, Client, type WebhookMessage } from "../servers/index.ts";

/** A route that tells every alert name alone and soon; `url` is where. */
export function configFor(url: string): string {
  return `
route:
  receiver: hook
  group_by: [alertname]
  group_wait: 300ms
  group_interval: 1s
  repeat_interval: 1h
  routes:
    - matchers: [pace="fast"]
      repeat_interval: 5s
    - matchers: [pace="slow"]
      group_interval: 5m
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
    equal: [cluster]
receivers:
  - name: hook
    webhook_configs:
      - url: ${url}
`;
}

/** One instance as a plain Alertmanager, and the webhook that it tells. */
export interface World {
  readonly instance: Instance;
  readonly webhook: Webhook;
  readonly client: Client;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const webhook = await Webhook.start();
  const instance = await Instance.start({
    config: configFor(webhook.url),
    flags: ["--cluster.listen-address=", "--web.external-url=http://tocsin.example"],
  });
  const stop = async (): Promise<void> => {
    await instance.remove();
    await webhook.stop();
  };
  return { instance, webhook, client: new Client(instance.endpoint), stop };
}

let markers = 0;

/**
 * Returns when every group that was due has been flushed: a new alert has been told, and after that a
 * second one of its group, a `group_interval` later. What should not have been told is there by then.
 */
export async function letAllFlush(client: Client, webhook: Webhook): Promise<void> {
  markers += 1;
  const alertname = `Marker${markers}`;
  const post = (part: string): Promise<void> =>
    eventually(`"${alertname}" is taken`, () =>
      client.post({ labels: { alertname, part } }).then(
        () => true,
        () => false,
      ),
    );
  await post("first");
  await webhook.told(alertname, { count: 1 });
  await post("second");
  await webhook.told(alertname, { count: 2 });
}

/** Waits for a line of the log. */
export async function logged(instance: Instance, pattern: RegExp): Promise<void> {
  const { process } = instance;
  await eventually(
    () => `a log line like ${pattern} in:\n${process.log}`,
    () => pattern.test(process.log),
  );
}

/** The only message of a list that must have one. */
export function only(messages: readonly WebhookMessage[]): WebhookMessage {
  const [first, ...others] = messages;
  if (first === undefined || others.length > 0)
    throw new Error(`${messages.length} messages, not 1`);
  return first;
}
