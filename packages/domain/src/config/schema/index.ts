export { any, type YamlValue } from "./any.ts";
export { listOf, mapOf, optional, textList, textMap } from "./collections.ts";
export { duration, goDuration, goDurationText } from "./durations.ts";
export { bool, float, int, parsedText, secret, SECRET_MARK, text, uint } from "./scalars.ts";
export { Scope, type ConfigProblem } from "./scope.ts";
export type { Shape } from "./shape.ts";
export {
  field,
  inline,
  shown,
  struct,
  type Draft,
  type Field,
  type Report,
  type StructShape,
} from "./struct.ts";
export { proxyUrl, secretUrl, secretUrlTemplate, trailingSlash, url } from "./urls.ts";
