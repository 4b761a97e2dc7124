export { createNotifier, type ClosableNotifier, type NotifierDeps } from "./notifier.ts";
