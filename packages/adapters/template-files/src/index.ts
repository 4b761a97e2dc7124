export { loadTemplateFiles, readTemplateFiles } from "./read-template-files.ts";
