export { Instance, type Inspection, type InstanceDeps, type InstanceOptions } from "./instance.ts";
