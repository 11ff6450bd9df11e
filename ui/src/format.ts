// Numbers, times, frequencies and levels as text, as the language of the window writes them. The signs of units (s, min,
// h, MHz, dB) are the same everywhere.
import { locale } from "./language";

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
const formatters = new Map<string, unknown>();

function formatter<T>(name: string, make: (locale: string) => T): T {
  const key = `${locale} ${name}`;
  let made = formatters.get(key) as T | undefined;
  if (made === undefined) {
    made = make(locale);
    formatters.set(key, made);
  }
  return made;
}

/** A number for people: 20,000. */
export function number(n: number, places = 0): string {
  const options = { minimumFractionDigits: places, maximumFractionDigits: places };
  return formatter(`number ${places}`, (locale) => new Intl.NumberFormat(locale, options)).format(n);
}

/** The forms that a counted word has. The first `#` stands for the number; names, which may have one, come after it. Which
 * languages have which forms, the engine knows. */
export type Forms = { readonly other: string } & Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;

/** The form for this many. */
export function plural(n: number, forms: Forms): string {
  const rule = formatter("plural", (locale) => new Intl.PluralRules(locale)).select(n);
  return (forms[rule] ?? forms.other).replace("#", number(n));
}

/** The time of day, with or without its seconds. */
export function clock(ms: number, hour12: boolean, seconds = true): string {
  const format = formatter(
    `clock ${hour12} ${seconds}`,
    (locale) =>
      new Intl.DateTimeFormat(locale, {
        hour: hour12 ? "numeric" : "2-digit",
        minute: "2-digit",
        ...(seconds ? { second: "2-digit" } : {}),
        hourCycle: hour12 ? "h12" : "h23",
      }),
  );
  return isTime(ms) ? format.format(ms) : "–";
}

/** The day as short as it goes: 14 Oct, or 14/10/2024 in another year than this. */
export function day(ms: number): string {
  if (!isTime(ms)) return "–";
  const thisYear = new Date(ms).getFullYear() === new Date().getFullYear();
  const format = formatter(`day ${thisYear}`, (locale) => {
    const rest = thisYear ? ({ month: "short" } as const) : ({ month: "numeric", year: "numeric" } as const);
    return new Intl.DateTimeFormat(locale, { day: "numeric", ...rest });
  });
  return format.format(ms);
}

/** Beyond this there are no dates, and formatting one would fail: a server's clock may say anything. */
const FARTHEST = 8.64e15;
const isTime = (ms: number): boolean => Math.abs(ms) <= FARTHEST;

/** Hertz as megahertz, with as many places as it has, but at least four. */
export function megahertz(hertz: number): string {
  const places = hertz % 100 === 0 ? 4 : hertz % 10 === 0 ? 5 : 6;
  return `${number(hertz / 1e6, places)} MHz`;
}

/** Kilobytes as megabytes: 3.2 MB. */
export function megabytes(kilobytes: number): string {
  return `${number(kilobytes / 1000, 1)} MB`;
}

/** Megabytes as people say them: 850.0 MB, 2 GB. */
export function sizeOf(size: number): string {
  return size < 1_000 ? megabytes(size * 1_000) : `${number(size / 1_000, size % 1_000 === 0 ? 0 : 1)} GB`;
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
