export { Firewall, networkOf, type FirewallRules, type Network } from "./http/firewall.ts";
export {
  createNotifier,
  unsupportedOf,
  type ClosableNotifier,
  type NotifierDeps,
} from "./notifier.ts";
