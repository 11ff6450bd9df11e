// Lists of found calls, and what is known of what was said in them, as plain values.
import type { CallKey } from "../generated/CallKey";
import type { Event } from "../generated/Event";
import type { Row } from "../generated/Row";
import type { TranscriptView } from "../generated/TranscriptView";
import { callName, sameCall } from "../state";

/** The calls of both, each once, in their order. */
export function joined(rows: readonly Row[], more: readonly Row[]): Row[] {
  const byName = new Map<string, Row>();
  for (const row of [...rows, ...more]) if (!byName.has(callName(row.key))) byName.set(callName(row.key), row);
  return [...byName.values()];
}

/** The calls after an event; the same list where it is of none of them. */
export function after(rows: readonly Row[], event: Event): readonly Row[] {
  switch (event.kind) {
    case "rowsAdded":
      return event.rows.reduce(shown, rows);
    case "rowChanged":
      return shown(rows, event.row);
    case "transcriptAdded":
      return changed(rows, event.call, (row) => ({ ...row, transcript: event.transcript }));
    case "bookmarked":
      return changed(rows, event.call, (row) => ({ ...row, bookmarked: event.on }));
    default:
      return rows;
  }
}

// What was asked for of a call is not forgotten because the feed does not have it.
function shown(rows: readonly Row[], now: Row): readonly Row[] {
  return changed(rows, now.key, (row) => ({ ...now, transcript: now.transcript ?? row.transcript }));
}

function changed(rows: readonly Row[], key: CallKey, change: (row: Row) => Row): readonly Row[] {
  const at = rows.findIndex((row) => sameCall(row.key, key));
  const row = rows[at];
  return row ? rows.with(at, change(row)) : rows;
}

/** How it stands with what was said in a call. */
export type Said = TranscriptView | "asked" | "none" | "failed";

/** What is known of what was said, by call. */
export type Known = ReadonlyMap<string, Said>;

/** Nothing is known. */
export const NOTHING_KNOWN: Known = new Map();

/** What is known once this is; the oldest go where it is too much: they can be asked for again. */
export function learnt(known: Known, key: CallKey, said: Said, most: number): Known {
  const next = new Map(known);
  for (const name of next.keys()) {
    if (next.size < most) break;
    next.delete(name);
  }
  return next.set(callName(key), said);
}

/** What is known without these. */
export function forgotten(known: Known, keys: readonly CallKey[]): Known {
  const next = new Map(known);
  for (const key of keys) next.delete(callName(key));
  return next;
}
