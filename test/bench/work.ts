/** What is sent: alerts, silences and configurations of a usual shape, the same for every program. */

const GROUP_COUNT = 1_000;
const HOUR_MS = 3_600_000;

/** One alert as Prometheus would send it: ten labels, three annotations, some 750 bytes. */
export function alertJson(at: number, times: { startsAtMs: number; endsAtMs: number }): string {
  const group = at % GROUP_COUNT;
  const service = `svc-${group % 50}`;
  const pod = `pod-${`${at}`.padStart(8, "0")}`;
  return JSON.stringify({
    annotations: {
      description:
        `The service ${service} in namespace ns-${group % 30} has answered more than five of a hundred ` +
        "requests with an error for the last ten minutes; look at the dashboard first.",
      runbook_url: `https://runbooks.example.com/alerts/errors#${service}`,
      summary: `High error rate on ${pod}`,
    },
    endsAt: new Date(times.endsAtMs).toISOString(),
    startsAt: new Date(times.startsAtMs).toISOString(),
    generatorURL:
      "http://prometheus.example.com:9090/graph?g0.expr=sum+by+%28pod%29+%28rate%28" +
      "http_requests_total%7Bcode%3D~%225..%22%7D%5B5m%5D%29%29+%3E+0.05&g0.tab=1",
    labels: {
      alertname: `Alert_${group % 100}`,
      cluster: `c-${Math.floor(group / 100)}`,
      instance: `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}:8080`,
      job: "kubernetes-pods",
      namespace: `ns-${group % 30}`,
      pod,
      region: `eu-west-${Math.floor(group / 100) % 3}`,
      service,
      severity: SEVERITIES[at % 4],
      team: `team-${group % 20}`,
    },
  });
}

const SEVERITIES = ["critical", "warning", "warning", "info"];

/** The ten alerts of a tenant: they fall into three groups. */
export function tenantAlertsJson(
  tenantAt: number,
  times: { startsAtMs: number; endsAtMs: number },
): string {
  // Alerts whose numbers differ by whole thousands are of one group.
  const numbers = Array.from({ length: 10 }, (_, at) => {
    const inGroup = Math.floor(at / 3) + 1;
    return (tenantAt % 300) * 3 + (at % 3) + GROUP_COUNT * (tenantAt * 4 + inGroup);
  });
  return `[${numbers.map((at) => alertJson(at, times)).join(",")}]`;
}

/** A silence of one pod for three hours. */
export function silenceJson(at: number, nowMs: number): string {
  const matcher = (name: string, value: string): object => ({
    name,
    value,
    isRegex: false,
    isEqual: true,
  });
  return JSON.stringify({
    matchers: [matcher("alertname", `Alert_${at % 100}`), matcher("pod", `pod-${at}`)],
    startsAt: new Date(nowMs).toISOString(),
    endsAt: new Date(nowMs + 3 * HOUR_MS).toISOString(),
    createdBy: "operator@example.com",
    comment: "planned work, see the calendar of changes",
  });
}

export interface ConfigShape {
  /** Where the webhooks go. */
  readonly hookUrl: string;
  readonly groupWait: string;
  readonly teamCount: number;
  readonly inhibitRuleCount: number;
}

/** A configuration with a route for each team, a child of it for what is critical, a webhook for each. */
export function configYaml({
  hookUrl,
  groupWait,
  teamCount,
  inhibitRuleCount,
}: ConfigShape): string {
  const teams = Array.from({ length: teamCount }, (_, at) => at);
  const receivers = ["default", ...teams.flatMap((at) => [`team-${at}`, `team-${at}-critical`])];
  return [
    "global:",
    "  resolve_timeout: 5m",
    "route:",
    "  receiver: default",
    "  group_by: [alertname, cluster]",
    `  group_wait: ${groupWait}`,
    "  group_interval: 5m",
    "  repeat_interval: 4h",
    ...(teamCount > 0 ? ["  routes:"] : []),
    ...teams.flatMap((at) => [
      `    - matchers: ['team="team-${at}"']`,
      `      receiver: team-${at}`,
      "      routes:",
      `        - matchers: ['severity="critical"', 'namespace!~"test-.*"']`,
      `          receiver: team-${at}-critical`,
    ]),
    ...(inhibitRuleCount > 0 ? ["inhibit_rules:"] : []),
    ...Array.from({ length: inhibitRuleCount }, (_, at) => [
      `  - source_matchers: ['alertname="Alert_${at}"', 'severity="critical"']`,
      `    target_matchers: ['service="svc-${at % 50}"', 'severity=~"warning|info"']`,
      "    equal: [cluster]",
    ]).flat(),
    "receivers:",
    ...receivers.flatMap((name) => [
      `  - name: ${name}`,
      "    webhook_configs:",
      `      - url: ${hookUrl}`,
    ]),
    "",
  ].join("\n");
}
