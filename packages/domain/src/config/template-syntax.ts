import { checkLanguage } from "../template/index.ts";

/**
 * Says what is wrong with the syntax of an address that is a template; undefined when it can be used.
 * Only what Go's `html/template` knows by itself may be called in it, as upstream has it.
 */
export function checkUrlTemplate(text: string): string | undefined {
  return checkLanguage(text)?.message;
}
