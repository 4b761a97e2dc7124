export { isNewerView, type Member, type MemberState, type RingDocument } from "./document.ts";
export { Ring, type RingMember } from "./ring.ts";
export { instanceTokens, tenantToken, TOKENS_PER_INSTANCE } from "./tokens.ts";
