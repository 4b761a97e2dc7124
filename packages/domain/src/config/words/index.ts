export { configRefusal } from "./config-words.ts";
export { hostAccessRefusal } from "./host-words.ts";
export { webConfigRefusal } from "./web-words.ts";
export { MATCHER_WARNINGS, matcherRefusal, utf8Refusal } from "./matcher-words.ts";
