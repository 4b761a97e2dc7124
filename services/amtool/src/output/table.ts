/**
 * Columns as Go's text/tabwriter lays them out: a tab ends a cell; cells that stand one below the other
 * in lines without a gap are a column, as wide as the widest and two more. What follows the last tab of a
 * line belongs to no column.
 */
const GAP = 2;

/** Lays out lines of cells; the last cell of a line is the one that no tab ends. */
export function layOut(text: string): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const widths = lines.map((): number[] => []);
  layOutFrom(lines, widths, { from: 0, to: lines.length, column: 0 });
  return lines.map((cells, at) => joinCells(cells, widths[at] ?? [])).join("\n");
}

interface Block {
  readonly from: number;
  readonly to: number;
  readonly column: number;
}

/** Finds the runs of lines that have a cell in the column, and within each run the next column's. */
function layOutFrom(lines: readonly string[][], widths: readonly number[][], block: Block): void {
  const { to, column } = block;
  let from = block.from;
  while (from < to) {
    if (!hasCell(lines[from], column)) {
      from += 1;
      continue;
    }
    let end = from;
    let width = 0;
    while (end < to && hasCell(lines[end], column)) {
      width = Math.max(width, countCharacters(lines[end]?.[column] ?? "") + GAP);
      end += 1;
    }
    for (const line of widths.slice(from, end)) line.push(width);
    layOutFrom(lines, widths, { from, to: end, column: column + 1 });
    from = end;
  }
}

function hasCell(cells: readonly string[] | undefined, column: number): boolean {
  return cells !== undefined && column < cells.length - 1;
}

function joinCells(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, at) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - countCharacters(cell))))
    .join("");
}

function countCharacters(text: string): number {
  return Array.from(text).length;
}
