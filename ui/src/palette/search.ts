// Finding an action as somebody types: by its words and what else people call it, whatever case and accents; the best
// match first.
import { ACTION_IDS, ACTIONS, hindranceOf, type ActionId, type Facts } from "../actions";
import { words } from "../words";

/** An action as the palette shows it. */
export interface Line {
  readonly id: ActionId;
  readonly name: string;
  /** To what, or why it is not possible now. */
  readonly about: string | null;
  readonly possible: boolean;
}

/** Lines that belong together; without a name where there is but one such. */
export interface Section {
  readonly name: string | null;
  readonly lines: readonly Line[];
}

/** How many of the last ones used come first. */
export const MOST_RECENT = 5;

/** With this one used last. */
export function withRecent(recent: readonly ActionId[], id: ActionId): readonly ActionId[] {
  return [id, ...recent.filter((other) => other !== id)].slice(0, MOST_RECENT);
}

/** What is shown for what was typed: without anything typed all of it, what was used last first. */
export function sectionsOf(query: string, facts: Facts, recent: readonly ActionId[]): readonly Section[] {
  const wanted = wordsOf(query);
  if (wanted.length === 0) return allOf(facts, recent);
  const lines = OFFERED.map((id) => ({ line: lineOf(id, facts), rank: rankOf(id, wanted, facts) }))
    .filter(({ rank }) => rank < NOT_FOUND)
    // Sorting keeps the order of the table among equals.
    .sort((a, b) => a.rank - b.rank)
    .map(({ line }) => line);
  return lines.length === 0 ? [] : [{ name: null, lines }];
}

// Whoever looks for the palette has found it.
const OFFERED = ACTION_IDS.filter((id) => id !== "palette");

function allOf(facts: Facts, recent: readonly ActionId[]): readonly Section[] {
  const of = (ids: readonly ActionId[]): Line[] => ids.map((id) => lineOf(id, facts));
  if (recent.length === 0) return [{ name: null, lines: of(OFFERED) }];
  return [
    { name: words.palette.recent, lines: of(recent) },
    { name: words.palette.all, lines: of(OFFERED.filter((id) => !recent.includes(id))) },
  ];
}

function lineOf(id: ActionId, facts: Facts): Line {
  const why = hindranceOf(id, facts);
  // What it would do is said of what it can do; else its own name stands for all it may do.
  const name = why === null ? ACTIONS[id].name?.(facts) : undefined;
  const about = why ?? ACTIONS[id].about?.(facts) ?? null;
  return { id, name: name ?? words.actions.names[id].name, about, possible: why === null };
}

// Better matches have smaller numbers. A query counts as much as its worst word.
const [WHOLE, BEGINS, WORD_BEGINS, ALSO_BEGINS, WITHIN, NOT_FOUND] = [0, 1, 2, 3, 4, 5] as const;

function rankOf(id: ActionId, wanted: readonly string[], facts: Facts): number {
  const { name, also } = words.actions.names[id];
  const line = lineOf(id, facts);
  const shown = wordsOf(line.name);
  const named = [...shown, ...wordsOf(name)];
  const others = [...wordsOf(also), ...(line.possible && line.about ? wordsOf(line.about) : [])];
  if (wanted.join(" ") === shown.join(" ")) return WHOLE;
  if (shown.join(" ").startsWith(wanted.join(" "))) return BEGINS;
  return Math.max(...wanted.map((word) => wordRank(word, named, others)));
}

function wordRank(word: string, named: readonly string[], others: readonly string[]): number {
  const begins = (text: string): boolean => text.startsWith(word);
  if (named.some(begins)) return WORD_BEGINS;
  if (others.some(begins)) return ALSO_BEGINS;
  // One letter is somewhere in nearly everything.
  return word.length > 1 && [...named, ...others].some((text) => text.includes(word)) ? WITHIN : NOT_FOUND;
}

function wordsOf(text: string): string[] {
  return folded(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** Letters that are not made of another one and a mark, and what people type for them. */
const LETTERS: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ł: "l", ı: "i" };

function folded(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}'’]/gu, "")
    .replace(/[ßæœøđłı]/g, (letter) => LETTERS[letter] ?? letter);
}
