// Searching talkgroups as somebody types: by any part of what names them, whatever its case and accents.
import type { Listed } from "./tree";

/** Accents, and what nobody sees: marks of direction, joiners. */
const UNHEARD = /[\p{M}\p{Cf}]/gu;
/** Letters that are not made of another one and a mark, and what people type for them. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
  ħ: "h",
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "gu");

const FOREIGN = /[^\x20-\x7e]+/g;
/** What became of runs of such letters: names of one country have few. */
const seen = new Map<string, string>();

/** A text without what a search does not care about. */
export function folded(text: string): string {
  return text.toLowerCase().replace(FOREIGN, plain);
}

// Taking letters apart costs ten times the rest.
function plain(run: string): string {
  let made = seen.get(run);
  if (made === undefined) {
    if (seen.size > 5000) seen.clear();
    made = run
      .normalize("NFKD")
      .replace(UNHEARD, "")
      .replace(LETTER, (letter) => LETTERS[letter] ?? letter);
    seen.set(run, made);
  }
  return made;
}

/** Between two fields, so that nothing is found across their border. Nobody types it. */
const BORDER = "\n";

/** Looks through the talkgroups of one list. */
export class Search {
  #talkgroups: readonly Listed[];
  /** What each can be found by. Made when somebody first searches: most only open the panel. */
  #texts: string[] | null = null;

  constructor(talkgroups: readonly Listed[]) {
    this.#talkgroups = talkgroups;
  }

  /** Those in which every word is found, in their order; all of them where there is no word. */
  find(query: string): readonly Listed[] {
    const wanted = folded(query).split(/\s+/).filter(Boolean);
    if (wanted.length === 0) return this.#talkgroups;
    this.#texts ??= this.#talkgroups.map(textOf);
    const texts = this.#texts;
    return this.#talkgroups.filter((_, i) => wanted.every((word) => texts[i]?.includes(word)));
  }
}

function textOf({ talkgroup: { label, name, group, tag, number } }: Listed): string {
  return [label, name, group, tag, String(number)].map(folded).join(BORDER);
}
