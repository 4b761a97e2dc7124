export { Membership, type MembershipDeps, type MembershipOptions } from "./membership.ts";
