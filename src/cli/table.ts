/** A cell and, for a terminal, how it is painted. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const GAP = "  ";

/**
 * Rows as columns, each as wide as its widest cell, with nothing around them: every line can be found by `grep` and cut by
 * `awk`. An empty cell is a dash, so that columns keep their places. No rows, no table.
 */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string[] {
  if (rows.length === 0) return [];
  const lines = [head, ...rows];
  const widths = head.map((_title, column) =>
    Math.max(...lines.map((cells) => [...textOf(cells[column])].length)),
  );
  return lines.map((cells) =>
    head
      .map((_title, column) => {
        const text = textOf(cells[column]);
        const isLast = column === head.length - 1;
        const padding = isLast ? "" : " ".repeat(widths[column]! - [...text].length);
        return painted(cells[column], text) + padding;
      })
      .join(GAP)
      .trimEnd(),
  );
}

const textOf = (cell: Cell | undefined): string => {
  const text = typeof cell === "object" ? cell.text : (cell ?? "");
  return text.replace(/\s+/g, " ").trim() || "-";
};

const painted = (cell: Cell | undefined, text: string): string =>
  typeof cell === "object" ? cell.paint(text) : text;
