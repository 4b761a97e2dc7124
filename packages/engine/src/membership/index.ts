export { Membership, type MembershipDeps, type MembershipOptions } from "./membership.ts";
export { RingAccess } from "./ring-access.ts";
