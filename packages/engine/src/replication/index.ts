export { AntiEntropy } from "./anti-entropy.ts";
export { CatchUp, isSameDigest } from "./catch-up.ts";
export { Contact } from "./contact.ts";
export { HandOver } from "./hand-over.ts";
export { PeerCalls } from "./peer-calls.ts";
