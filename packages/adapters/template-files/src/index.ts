export { loadTemplateFiles, readTemplateFiles, type TemplateFiles } from "./read-template-files.ts";
