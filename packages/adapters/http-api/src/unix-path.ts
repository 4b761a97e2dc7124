import { readFileSync, readlinkSync } from "node:fs";

/** The lines end with the number of the socket and, if it is bound, its path. */
const SOCKETS = "/proc/net/unix";

/** Where the Unix socket that this process holds under a number listens; `fd:3` if nobody tells. */
export function unixPathOf(fd: number): string {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
    const lines = readFileSync(SOCKETS, "utf8").split("\n");
    const found = lines.map((line) => /^(?:\S+ +){6}(\d+) (.*)$/.exec(line));
    return found.find((line) => line?.[1] === inode)?.[2] ?? `fd:${fd}`;
  } catch {
    return `fd:${fd}`;
  }
}
