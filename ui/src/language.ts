// Which language the window speaks, and by whose custom it writes numbers and times. Decided once, before the window is
// built (main.ts).
import type { Language } from "./generated/Language";

/** The languages there are words in. */
export type Spoken = Exclude<Language, "system">;

/** The languages there are words in, by their own names, in the order in which they are offered. */
export const NAMES: Readonly<Record<Spoken, string>> = { en: "English", de: "Deutsch" };

/** By themselves, where the desktop wishes for none of their countries. */
const USUAL: Readonly<Record<Spoken, string>> = { en: "en-GB", de: "de-DE" };

/** What `Intl` is told: the language, with the country where the desktop names one. */
export let locale = USUAL.en;

/** Writes numbers and times so from now on. */
export function setLocale(to: string): void {
  locale = to;
}

/** The language for a choice; `wished` are the desktop's, the dearest first. */
export function languageOf(choice: Language, wished: readonly string[]): Spoken {
  if (choice !== "system") return choice;
  return wished.map(spokenIn).find((language) => language !== null) ?? "en";
}

/** The custom to write by in that language. */
export function localeOf(language: Spoken, wished: readonly string[]): string {
  return wished.find((tag) => spokenIn(tag) === language && isKnown(tag)) ?? USUAL[language];
}

function spokenIn(tag: string): Spoken | null {
  const base = tag.toLowerCase().split(/[-_]/)[0] ?? "";
  return base in USUAL ? (base as Spoken) : null;
}

// Not every desktop's setting is a tag that the engine takes.
function isKnown(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}
