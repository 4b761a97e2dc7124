export { bytesFromText, escapedByte, isEscapedByte, textFromBytes, validText } from "./bytes.ts";
export { quoteGo, unquoteGo } from "./quote.ts";
export { isSpace, trimSpace } from "./space.ts";
