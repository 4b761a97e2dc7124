export { FsObjectStore, type FsObjectStoreOptions } from "./fs-object-store.ts";
