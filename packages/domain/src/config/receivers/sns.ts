import { httpConfig } from "../http-config.ts";
import type { HttpConfig } from "../http-config.ts";
import { bool, field, optional, secret, shown, struct, text, textMap } from "../schema/index.ts";
import type { Report, StructShape } from "../schema/index.ts";
import { inheritHttp, sendResolved } from "./kind.ts";
import type { CommonSettings, ReceiverKind } from "./kind.ts";

/** Mirrors SNSConfig of `config/notifiers.go` in Alertmanager 0.34. A text that is empty is not set. */
export interface SnsSettings extends CommonSettings {
  readonly httpConfig: HttpConfig | undefined;
  /** Template, as all texts below. */
  readonly apiUrl: string;
  readonly sigv4: Sigv4Config;
  readonly topicArn: string;
  readonly phoneNumber: string;
  readonly targetArn: string;
  readonly subject: string;
  readonly message: string;
  readonly attributes: ReadonlyMap<string, string> | undefined;
  readonly useAwsHttpClient: boolean;
}

/** How requests to AWS are signed; what is not set comes from the surroundings. */
export interface Sigv4Config {
  readonly region: string;
  readonly accessKey: string;
  /** Secret. */
  readonly secretKey: string;
  readonly profile: string;
  readonly roleArn: string;
  readonly externalId: string;
  readonly useFipsStsEndpoint: boolean;
  readonly serviceName: string;
}

const sigv4: StructShape<Sigv4Config> = struct<Sigv4Config>(
  {
    region: field("region", text),
    accessKey: field("access_key", text),
    secretKey: field("secret_key", secret),
    profile: field("profile", text),
    roleArn: field("role_arn", text),
    externalId: field("external_id", text),
    useFipsStsEndpoint: field("use_fips_sts_endpoint", bool),
    serviceName: field("service_name", text),
  },
  {
    check: (given, report) => {
      if ((given.accessKey === "") !== (given.secretKey === "")) {
        report('"access_key" and "secret_key" of AWS SigV4 must be set together');
      }
      if (given.externalId !== "" && given.roleArn === "") {
        report('"external_id" can only be used with "role_arn"', { key: "external_id" });
      }
    },
  },
);

const snsSettings: StructShape<SnsSettings> = struct<SnsSettings>(
  {
    sendResolved: sendResolved(true),
    httpConfig: field("http_config", optional(httpConfig)),
    apiUrl: field("api_url", text),
    sigv4: shown("sigv4", sigv4),
    topicArn: field("topic_arn", text),
    phoneNumber: field("phone_number", text),
    targetArn: field("target_arn", text),
    subject: field("subject", text, '{{ template "sns.default.subject" . }}'),
    message: field("message", text, '{{ template "sns.default.message" . }}'),
    attributes: field("attributes", textMap),
    useAwsHttpClient: field("use_aws_http_client", bool),
  },
  { check: checkSns },
);

/** As upstream, three targets pass where two are refused; the sender then takes the topic. */
function checkSns(settings: SnsSettings, report: Report): void {
  const targets = [settings.targetArn, settings.topicArn, settings.phoneNumber];
  const targetCount = targets.filter((target) => target !== "").length;
  if (targetCount === 1 || targetCount === 3) return;
  const wanted = "one Target ARN, Topic ARN or Phone Number for SNS";
  report(`${wanted} is wanted ("target_arn", "topic_arn", "phone_number"), ${targetCount} found`);
}

export const sns: ReceiverKind<SnsSettings> = {
  kind: "sns",
  key: "sns_configs",
  shape: snsSettings,
  inherit: inheritHttp,
};
