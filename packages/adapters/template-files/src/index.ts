export { readTemplateFiles } from "./read-template-files.ts";
