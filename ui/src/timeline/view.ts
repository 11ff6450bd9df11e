// Which part of time is shown: how much of it, and where it ends.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How much can be shown at once, in milliseconds. */
export const SPANS = [2, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60].map((minutes) => minutes * MINUTE);

/** Those that have a button. */
export const HOURS = [1, 4, 12, 24] as const;

/** Shapes are drawn up to here: in more time a call is a line. */
export const SHAPES_UP_TO = HOUR;

/** A stretch of time on a line so many pixels long. */
export interface Window {
  /** When it ends, in milliseconds since 1970. */
  readonly end: number;
  /** How much of it there is, in milliseconds. */
  readonly span: number;
  readonly width: number;
}

/** Where a time is drawn. */
export function placeOf({ end, span, width }: Window, time: number): number {
  return ((time - end + span) / span) * width;
}

/** Something as short as this can still be clicked. */
const LEAST = 6;

/** Which part of what is shown something takes that begins then and is so long. What is out of sight is nowhere. */
export function extentOf(
  window: Window,
  { start, length }: { start: number; length: number },
): {
  from: number;
  size: number;
} {
  const inside = (time: number): number => Math.min(Math.max(placeOf(window, time), 0), window.width);
  const from = Math.max(0, Math.min(inside(start), window.width - LEAST));
  return { from, size: Math.max(LEAST, inside(start + length) - from) };
}

/** Which time is drawn there. */
export function timeAt({ end, span, width }: Window, x: number): number {
  return end - span + (x / Math.max(1, width)) * span;
}

/** More or less of time, so that what is drawn at one time stays where it is. */
export function zoomed(
  { end, span }: Omit<Window, "width">,
  step: 1 | -1,
  around: number,
): { end: number; span: number } {
  const at = SPANS.findIndex((one) => one >= span);
  const to = SPANS[Math.min(SPANS.length - 1, Math.max(0, at + step))] ?? span;
  const part = Math.min(1, Math.max(0, (end - around) / span));
  return { end: around + part * to, span: to };
}

/** Moved so that a time is shown, no more than needed and not to the very edge. */
export function including({ end, span }: Omit<Window, "width">, time: number): number {
  const margin = span / 10;
  if (time < end - span + margin) return time + span - margin;
  return time > end - margin ? time + margin : end;
}

/** Times to write on the line: some ten, and round ones. */
export function rounds({ end, span, width }: Window): number[] {
  const STEPS = [10_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR];
  const most = Math.max(2, Math.floor(width / 84));
  const step = STEPS.find((one) => span / one <= most) ?? 6 * HOUR;
  // Round by the clock on the wall: offsets from Greenwich are whole quarters of an hour.
  const offset = new Date(end).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((end - span - offset) / step) * step + offset;
  const times: number[] = [];
  for (let time = first; time <= end; time += step) times.push(time);
  return times;
}
