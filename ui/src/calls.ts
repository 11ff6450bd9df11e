// Facts about calls that the window works out from what it was told.
import type { PlaybackView } from "./generated/PlaybackView";
import type { Row } from "./generated/Row";
import type { SegmentView } from "./generated/SegmentView";
import type { SelectionView } from "./generated/SelectionView";
import type { SystemKey } from "./generated/SystemKey";
import type { TalkgroupKey } from "./generated/TalkgroupKey";
import type { UnitView } from "./generated/UnitView";

/** The line below a call's title: label, number and group, each once, and none that the title says already. */
export function sublineOf(row: Row): string[] {
  const parts = [row.label, String(row.talkgroupNumber), row.group];
  return [...new Set(parts.filter((part) => part !== null && part !== "" && part !== row.title))] as string[];
}

/** Who speaks at a position: the last to have begun; before anybody began, the first. */
export function unitAt(units: readonly UnitView[], positionMs: number): UnitView | null {
  let at: UnitView | null = units[0] ?? null;
  for (const unit of units) if (unit.atMs <= positionMs) at = unit;
  return at;
}

/** The segment spoken at a position, or -1. */
export function segmentAt(segments: readonly SegmentView[], positionMs: number): number {
  return segments.findIndex((segment) => segment.startMs <= positionMs && positionMs < segment.endMs);
}

/** The talkgroup of a call, where the server lists it. */
export function talkgroupOf(row: Row): TalkgroupKey | null {
  return row.talkgroup === null ? null : { server: row.key.server, talkgroup: row.talkgroup };
}

/** The system of a call, where the server lists it. */
export function systemOf(row: Row): SystemKey | null {
  return row.systemId === null ? null : { server: row.key.server, system: row.systemId };
}

/** Whether both name the same talkgroup. */
export function sameTalkgroup(a: TalkgroupKey | null, b: TalkgroupKey | null): boolean {
  return a !== null && b !== null && a.server === b.server && a.talkgroup === b.talkgroup;
}

/** Whether both name the same system. */
export function sameSystem(a: SystemKey | null, b: SystemKey | null): boolean {
  return a !== null && b !== null && a.server === b.server && a.system === b.system;
}

/** The avoid that keeps a talkgroup quiet, if there is one. */
export function avoidOf(selection: SelectionView, key: TalkgroupKey | null): SelectionView["avoided"][number] | null {
  return selection.avoided.find((avoided) => sameTalkgroup(avoided.key, key)) ?? null;
}

/** Where in the call the sound is, `elapsedMs` after the core said so. */
export function positionAfter(playback: PlaybackView, elapsedMs: number): number {
  const run = playback.state === "playing" ? Math.max(0, elapsedMs) : 0;
  return Math.min(playback.positionMs + run, playback.durationMs);
}

/**
 * How far behind live it is, `elapsedMs` after the core said so. It grows with the clock, and stops where the call
 * that sounds ends: the next one has its own.
 */
export function behindAfter(playback: PlaybackView, elapsedMs: number): number | null {
  if (playback.behindMs === null) return null;
  if (playback.state !== "playing") return playback.behindMs + Math.max(0, elapsedMs);
  return playback.behindMs + positionAfter(playback, elapsedMs) - Math.min(playback.positionMs, playback.durationMs);
}
