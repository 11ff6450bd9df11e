// Holding and avoiding the call on the card: each press says what should be true, so pressing late does no harm.
import { avoidOf, systemOf, talkgroupOf } from "../calls";
import type { Command } from "../generated/Command";
import type { Row } from "../generated/Row";
import type { SelectionView } from "../generated/SelectionView";

/** For how long a talkgroup can be avoided, in minutes; none is until released. */
export const AVOID_MINUTES: readonly (number | null)[] = [30, 60, 120, null];

/** What the key and the plain press avoid for, in minutes. */
export const AVOID_SHORT = 30;

/** Hold the call's talkgroup; release whichever is held. */
export function toggleHold(row: Row | null, selection: SelectionView): Command | null {
  if (selection.talkgroup) return { kind: "holdTalkgroup", talkgroup: null };
  const talkgroup = row && talkgroupOf(row);
  return talkgroup && { kind: "holdTalkgroup", talkgroup };
}

/** Hold the call's system; release whichever is held. */
export function toggleHoldSystem(row: Row | null, selection: SelectionView): Command | null {
  if (selection.system) return { kind: "holdSystem", system: null };
  const system = row && systemOf(row);
  return system && { kind: "holdSystem", system };
}

/** Avoid the call's talkgroup for a short time; release it if it is avoided. */
export function toggleAvoid(row: Row | null, selection: SelectionView): Command | null {
  const talkgroup = row && talkgroupOf(row);
  if (!talkgroup) return null;
  if (avoidOf(selection, talkgroup)) return { kind: "unavoid", talkgroup };
  return { kind: "avoid", talkgroup, minutes: AVOID_SHORT };
}

/** Bookmark a call, or no more; nothing where that is not known or there is no account to keep it. */
export function toggleBookmark(row: Row): Command | null {
  return row.bookmarked === null ? null : { kind: "bookmark", call: row.key, on: !row.bookmarked };
}
