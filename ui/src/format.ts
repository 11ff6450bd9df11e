// Times, frequencies and levels as text.

const two = (n: number): string => String(n).padStart(2, "0");

/** A span as a player shows it: 0:09, 12:40, 1:02:03. */
export function span(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60;
  const rest = two(all % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

// Making a formatter costs a hundred times using one.
const clocks = new Map<string, Intl.DateTimeFormat>();

/** The time of day, with or without its seconds. */
export function clock(ms: number, hour12: boolean, seconds = true): string {
  const name = `${hour12} ${seconds}`;
  let format = clocks.get(name);
  if (!format) {
    format = new Intl.DateTimeFormat(hour12 ? "en-US" : "en-GB", {
      hour: hour12 ? "numeric" : "2-digit",
      minute: "2-digit",
      ...(seconds ? { second: "2-digit" } : {}),
      hourCycle: hour12 ? "h12" : "h23",
    });
    clocks.set(name, format);
  }
  return Number.isFinite(ms) ? format.format(ms) : "–";
}

const dates = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** The day as short as it goes: 14 Oct. */
export function day(ms: number): string {
  return Number.isFinite(ms) ? dates.format(ms) : "–";
}

/** Hertz as megahertz, with as many places as it has, but at least four. */
export function megahertz(hertz: number): string {
  const places = hertz % 100 === 0 ? 4 : hertz % 10 === 0 ? 5 : 6;
  return `${(hertz / 1e6).toFixed(places)} MHz`;
}

/** A level with its sign: −6 dB, 0 dB, +3 dB. */
export function decibels(db: number): string {
  const whole = Math.round(db);
  const sign = whole < 0 ? "−" : whole > 0 ? "+" : "";
  return `${sign}${Math.abs(whole)} dB`;
}

/** A time to wait: 40 s, 24 min, 1 h 30 min. Rounded up, so that it never shows nothing while some is left. */
export function wait(ms: number): string {
  const all = Math.max(0, Math.ceil(ms / 1000));
  if (all < 60) return `${all} s`;
  const minutes = Math.ceil(all / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** A long span in whole minutes: 3 min, 1 h 5 min. */
export function about(ms: number): string {
  return wait(Math.floor(ms / 60_000) * 60_000);
}

/** A digest in groups of eight, as people compare them. */
export function digest(hex: string): string[] {
  return hex.toUpperCase().match(/.{1,8}/g) ?? [];
}

/** How many bytes a text is when sent; what a server counts. */
export function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
