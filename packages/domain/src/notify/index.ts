export {
  FieldError,
  Renderer,
  type FailedText,
  type RendererOptions,
  type TemplateField,
  type TextField,
} from "./renderer.ts";
export { RouteLabelRenderer, type FailedLabel, type RouteLabelsInput } from "./route-labels.ts";
export { truncateInBytes, truncateInRunes, type Truncated } from "./truncate.ts";
