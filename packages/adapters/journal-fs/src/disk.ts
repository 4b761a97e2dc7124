/** The few ways in which the log touches the disk, so that a test can let them fail. */
import { constants, writeSync } from "node:fs";
import { open, rename, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";

/** A file that only grows. */
export interface DiskFile {
  /** Appends all of it, or rejects. */
  append(bytes: Uint8Array): Promise<void>;
  /** Drops what lies behind the first `sizeBytes`. */
  cut(sizeBytes: number): Promise<void>;
  /** Resolves when all that was appended is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  /** A new file; rejects if there is one of this name. */
  create(path: string): Promise<DiskFile>;
}

export const SYSTEM_DISK: Disk = {
  async create(path) {
    const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = constants;
    const handle = await open(path, O_APPEND | O_CREAT | O_EXCL | O_WRONLY, 0o600);
    return {
      append: (bytes) => appendAll(handle, bytes),
      cut: (sizeBytes) => handle.truncate(sizeBytes),
      sync: () => handle.datasync(),
      close: () => handle.close(),
    };
  },
};

/**
 * Small appends are made in place: into the page cache they take a few µs, a tenth of what it costs to
 * have another thread make them. A disk that hangs then stops the process, which the others notice and
 * take over from.
 */
const IN_PLACE_SIZE_MAX_BYTES = 64 * 1024;

async function appendAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  const isSmall = bytes.length <= IN_PLACE_SIZE_MAX_BYTES;
  for (let at = 0; at < bytes.length;) {
    const left = bytes.length - at;
    if (isSmall) at += writeSync(handle.fd, bytes, at, left);
    else at += (await handle.write(bytes, at, left)).bytesWritten;
  }
}

/** Makes new, renamed and removed names in a folder last. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Replaces a small file whole: afterwards it holds the old or the new text, whatever happens. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const aside = `${path}.tmp`;
  const handle = await open(aside, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(aside, path);
  await syncFolder(dirname(path));
}
