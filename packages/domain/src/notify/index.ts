export { truncateInBytes, truncateInRunes, type Truncated } from "./truncate.ts";
