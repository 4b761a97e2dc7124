export { DataFiles, type DataFilesDeps, type DataFilesOptions } from "./data-files.ts";
export type { Disk, DiskFile } from "./disk.ts";
export { FileJournal, type FileJournalDeps, type FileJournalOptions } from "./file-journal.ts";
