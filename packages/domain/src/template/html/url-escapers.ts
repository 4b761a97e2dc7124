/** Makes values safe as URLs or parts of them. */
import { bytesFromText } from "../../text/index.ts";
import type { ValueEscaper } from "../parse/nodes.ts";
import { escaper, FAILSAFE } from "./escapers.ts";

/** Lets only relative URLs and those that load a page or start a mail pass. */
export const urlFilter: ValueEscaper = escaper(({ text, kind }) =>
  kind === "url" || isSafeUrl(text) ? text : `#${FAILSAFE}`,
);

/** For the query of a URL: everything with a meaning is encoded. */
export const urlQuery: ValueEscaper = escaper(({ text, kind }) => encodeUrl(text, kind === "url"));

/** For a whole URL: what has a meaning keeps it, and encoded characters stay so. */
export const urlNormal: ValueEscaper = escaper(({ text }) => encodeUrl(text, true));

/** For `srcset`: URLs with sizes behind them, separated by commas. */
export const imageSet: ValueEscaper = escaper(({ text, kind }) => {
  if (kind === "url") return encodeUrl(text, true).replaceAll(",", "%2c");
  return text.split(",").map(imageCandidate).join(",");
});

function imageCandidate(candidate: string): string {
  const [, space = "", url = "", size = ""] =
    /^([\t\n\f\r ]*)([^\t\n\f\r ]*)([^]*)$/.exec(candidate) ?? [];
  const isSafe = isSafeUrl(url) && /^[\t\n\f\r A-Za-z0-9]*$/.test(size);
  return isSafe ? space + encodeUrl(url, true) + size : `#${FAILSAFE}`;
}

function isSafeUrl(url: string): boolean {
  const colon = url.indexOf(":");
  if (colon < 0 || url.slice(0, colon).includes("/")) return true;
  return /^(?:https?|mailto)$/i.test(url.slice(0, colon));
}

const PLAIN = /^[A-Za-z0-9\-._~]*$/;
/** Quotes and parentheses may stand in URLs, but not where URLs stand in attributes and CSS. */
const PLAIN_IN_URL = /^[A-Za-z0-9\-._~!#$&*+,/:;=?@[\]]*$/;

function encodeUrl(text: string, keepsMeaning: boolean): string {
  const plain = keepsMeaning ? PLAIN_IN_URL : PLAIN;
  if (plain.test(text)) return text;
  const bytes = bytesFromText(text);
  let encoded = "";
  for (const [at, byte] of bytes.entries()) {
    const char = String.fromCharCode(byte);
    const isEncoded = keepsMeaning && char === "%" && isHex(bytes[at + 1]) && isHex(bytes[at + 2]);
    const isPlain = byte < 0x80 && (plain.test(char) || isEncoded);
    encoded += isPlain ? char : `%${byte.toString(16).padStart(2, "0")}`;
  }
  return encoded;
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && /^[0-9a-fA-F]$/.test(String.fromCharCode(byte));
}
