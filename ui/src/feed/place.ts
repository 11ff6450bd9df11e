// Where the feed's list stands: what is looked at stays put, whatever comes above it.
import type { Row } from "../generated/Row";
import { firstAtOrBelow } from "../state";

/** The height of every row of the feed in pixels, as its style has it: all rows of one list are of one height. */
export const ROW = 50;

/**
 * How far `next` has to be scrolled to show what `shown` shows at `offset`. What is held is the upper row's place in
 * time, not its call: a call that moves up leaves, and one that is gone has neighbours.
 */
export function heldOffset(shown: readonly Row[], next: readonly Row[], offset: number): number {
  const top = Math.floor(offset / ROW);
  const held = shown[top];
  return held ? offset + (firstAtOrBelow(next, held.order) - top) * ROW : offset;
}

/** The row that Tab comes to: the current one while it can be seen, else the upper one that is all there. */
export function tabStop(current: number, offset: number, height: number, row = ROW): number {
  const first = Math.ceil(offset / row);
  const last = Math.floor((offset + height) / row) - 1;
  return current >= first && current <= last ? current : first;
}

/** How far to scroll, and no further, so that all of a row can be seen. */
export function nearest(at: number, offset: number, height: number, row = ROW): number {
  return Math.min(at * row, Math.max(offset, (at + 1) * row - height));
}

/**
 * Where at a row it is said that calls may be missing: below the one that has the gap before it, and as the list is newest
 * first that is above the next one.
 */
export function gapAt(rows: readonly Row[], at: number): "above" | "below" | null {
  if (rows[at - 1]?.afterGap) return "above";
  return at === rows.length - 1 && rows[at]?.afterGap ? "below" : null;
}
