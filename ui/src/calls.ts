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

/** Where in the call the sound is, `elapsedMs` after the core said so: at its speed, and beyond the silences left out. */
export function positionAfter(playback: PlaybackView, elapsedMs: number): number {
  let at = playback.positionMs;
  if (playback.state !== "playing") return Math.min(at, playback.durationMs);
  let left = (Math.max(0, elapsedMs) * playback.percent) / 100;
  for (const { fromMs, toMs } of playback.skipped) {
    if (toMs <= at) continue;
    const until = Math.max(0, fromMs - at);
    if (left < until) break;
    left -= until;
    at = toMs;
  }
  return Math.min(at + left, playback.durationMs);
}

/**
 * How far behind live the call is, `elapsedMs` after the core said so. It grows with the clock and shrinks with what is
 * heard, so that a call as it was spoken stays as far behind as it was; and it stops where that call ends.
 */
export function behindAfter(playback: PlaybackView, elapsedMs: number): number | null {
  if (playback.behindMs === null) return null;
  const elapsed = Math.max(0, elapsedMs);
  if (playback.state !== "playing") return playback.behindMs + elapsed;
  const rest = playback.durationMs - playback.positionMs;
  const heard = positionAfter(playback, elapsed) - playback.positionMs;
  const left = playback.skipped.reduce(
    (sum, { fromMs, toMs }) => sum + Math.max(0, toMs - Math.max(fromMs, playback.positionMs)),
    0,
  );
  const whole = ((rest - left) * 100) / playback.percent;
  return Math.max(0, playback.behindMs + Math.min(elapsed, Math.max(0, whole)) - heard);
}
