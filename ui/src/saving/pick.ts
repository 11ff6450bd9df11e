// Choosing calls of a list with the pointer and with keys, as lists of files do it.
import type { Row } from "../generated/Row";
import type { Exporter } from "./exporter.svelte";

/** The key that chooses the call with the focus. */
export const PICK = "x";

/** What a click means: nothing, or another choice. With Ctrl it is this call, with Shift all from the last one on. */
export class Picker {
  #last: Row | null = null;
  #exporter: Exporter;

  constructor(exporter: Exporter) {
    this.#exporter = exporter;
  }

  /** Chooses one, or no more. */
  toggle(row: Row): void {
    this.#last = row;
    this.#exporter.toggle(row);
  }

  /** A click on a row of these; says whether it meant a choice. */
  click(event: MouseEvent, row: Row, rows: readonly Row[]): boolean {
    const from = this.#last === null ? -1 : rows.findIndex(({ key }) => same(key, this.#last));
    const to = rows.findIndex(({ key }) => same(key, row));
    if (event.shiftKey && from >= 0) this.#exporter.add(rows.slice(Math.min(from, to), Math.max(from, to) + 1));
    else if (event.ctrlKey || event.metaKey) this.toggle(row);
    else return false;
    return true;
  }
}

const same = (key: Row["key"], row: Row | null): boolean => key.call === row?.key.call && key.server === row.key.server;
