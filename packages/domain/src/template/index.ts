export { Budget, BudgetError, DEFAULT_LIMITS, type RenderLimits } from "./budget.ts";
export {
  describeProblem,
  TemplateFailure,
  type TemplateProblem,
  type TemplateStage,
} from "./problem.ts";
export { compileFilePattern, type FilePattern } from "./file-pattern.ts";
export { selectTemplateFiles, type FileSelection } from "./select-files.ts";
export type { TemplateSource } from "./template-set.ts";
export {
  checkLanguage,
  compileTemplates,
  TemplateCache,
  Templates,
  type CompileOptions,
  type Rendered,
  type RenderOptions,
} from "./templates.ts";
export {
  buildTemplateData,
  templateDataSteps,
  formatExternalUrl,
  parseAnnotations,
  type TemplateAlert,
  type TemplateDataInput,
} from "./alertmanager/build-data.ts";
export {
  AlertData,
  TemplateData,
  type AlertFields,
  type TemplateDataFields,
} from "./alertmanager/data.ts";
export { sampleTemplateData } from "./alertmanager/sample-data.ts";
export { templateDataFromJson } from "./alertmanager/data-json.ts";
export {
  alertDataToJson,
  templateDataJsonSteps,
  templateDataToJson,
} from "./alertmanager/to-json.ts";
export { KV } from "./alertmanager/kv.ts";
export {
  payloadToJson,
  renderPayload,
  type PayloadJson,
  type PayloadResult,
  type PayloadValue,
} from "./alertmanager/payload.ts";
export {
  renderSafeText,
  type SafeRendering,
  type SafeText,
  type SafeTextInput,
  type TextOrigin,
} from "./alertmanager/fallback.ts";
export { formatTimestamp, parseTimestamp, type TimestampParse } from "./time/timestamp.ts";
