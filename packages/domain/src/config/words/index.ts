export { configRefusal } from "./config-words.ts";
export { matcherRefusal, utf8Refusal } from "./matcher-words.ts";
