export { Firewall, networkOf, type FirewallRules, type Network } from "./http/firewall.ts";
export { createNotifier, type ClosableNotifier, type NotifierDeps } from "./notifier.ts";
