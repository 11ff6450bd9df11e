// Days and times of day as somebody enters them, as moments. A day is what this computer's clock calls one: it has 23
// or 25 hours where the clock is changed, and some hours come twice or not at all.

/** What is entered: a day, and with it perhaps a time of day. */
export interface Entered {
  day: string;
  time: string;
}

/** Nothing entered. */
export const NOTHING: Entered = { day: "", time: "" };

/** Why what was entered is no moment. */
export type Wrong = "wrongDay" | "wrongTime";

interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** The first moment meant, in milliseconds since 1970: of the day, or of the minute. Nothing where none is entered. */
export function beginOf(entered: Entered): number | Wrong | null {
  const wall = wallOf(entered, "first");
  return wall === null || typeof wall === "string" ? wall : firstOf(wall);
}

/** The last moment meant: of the day, or of the minute. */
export function endOf(entered: Entered): number | Wrong | null {
  const wall = wallOf(entered, "last");
  return wall === null || typeof wall === "string" ? wall : lastOf(wall);
}

/** A day as it is entered: `past` days before the day of a moment. */
export function dayBefore(now: number, past: number): string {
  const date = new Date(now);
  // Noon is on every day.
  const noon = new Date(date.getFullYear(), date.getMonth(), date.getDate() - past, 12);
  return `${noon.getFullYear()}-${two(noon.getMonth() + 1)}-${two(noon.getDate())}`;
}

const two = (n: number): string => String(n).padStart(2, "0");

function wallOf(entered: Entered, which: "first" | "last"): Wall | Wrong | null {
  const [dayText, timeText] = [entered.day.trim(), entered.time.trim()];
  if (dayText === "") return timeText === "" ? null : "wrongTime";
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(dayText)?.slice(1).map(Number);
  if (!parts) return "wrongDay";
  const [year = 0, month = 0, day = 0] = parts;
  const there = new Date(Date.UTC(year, month - 1, day));
  if (year < 1970 || there.getUTCMonth() !== month - 1 || there.getUTCDate() !== day) return "wrongDay";
  if (timeText === "")
    return { year, month, day, hour: which === "first" ? 0 : 23, minute: which === "first" ? 0 : 59 };
  const [hour = 24, minute = 60] = (/^(\d{1,2}):(\d{2})$/.exec(timeText)?.slice(1) ?? []).map(Number);
  return hour < 24 && minute < 60 ? { year, month, day, hour, minute } : "wrongTime";
}

// Of a minute that comes twice the first; of one that does not come, the first one after it.
function firstOf(wall: Wall): number {
  const [first] = minutesOf(wall);
  return first ?? changeAt(wall);
}

// Of a minute that comes twice the second; of one that does not come, the last one before it. All of its seconds.
function lastOf(wall: Wall): number {
  const last = minutesOf(wall).at(-1);
  return last === undefined ? changeAt(wall) - 1 : last + MINUTE - 1;
}

/** When the clock shows this: mostly once, earliest first. */
function minutesOf(wall: Wall): number[] {
  return guesses(wall).filter((at) => shows(at, wall));
}

// With what the clock is off by the day before and the day after.
function guesses({ year, month, day, hour, minute }: Wall): number[] {
  const naive = Date.UTC(year, month - 1, day, hour, minute);
  const offsets = [naive - DAY, naive + DAY].map((at) => new Date(at).getTimezoneOffset() * MINUTE);
  return [...new Set(offsets)].map((offset) => naive + offset).sort((a, b) => a - b);
}

function shows(at: number, wall: Wall): boolean {
  const date = new Date(at);
  return date.getDate() === wall.day && date.getHours() === wall.hour && date.getMinutes() === wall.minute;
}

/** The moment at which the clock jumps over this time. */
function changeAt(wall: Wall): number {
  const [low = 0, high = low] = guesses(wall);
  const before = new Date(low).getTimezoneOffset();
  let [from, to] = [low, high];
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (new Date(middle).getTimezoneOffset() === before) from = middle;
    else to = middle;
  }
  return to;
}
