// Finding a command as somebody types: by its words and what else people call it, whatever case and accents; the best
// match first.
import type { Facts } from "../actions";
import { folded } from "../talkgroups/search";
import { words } from "../words";
import { actionLines, presetLines, type Line, type LineId } from "./lines";

/** Lines that belong together; without a name where there is but one such. */
export interface Section {
  readonly name: string | null;
  readonly lines: readonly Line[];
}

/** How many of the last ones used come first. */
export const MOST_RECENT = 5;

/** With this one used last. */
export function withRecent(recent: readonly LineId[], id: LineId): readonly LineId[] {
  return [id, ...recent.filter((other) => other !== id)].slice(0, MOST_RECENT);
}

/** What is shown for what was typed: without anything typed all of it, what was used last first. */
export function sectionsOf(query: string, facts: Facts, recent: readonly LineId[]): readonly Section[] {
  const wanted = wordsOf(query);
  if (wanted.length === 0) return allOf(facts, recent);
  const lines = [...actionLines(facts), ...presetLines(facts)]
    .map((line) => ({ line, rank: rankOf(line, wanted) }))
    .filter(({ rank }) => rank < NOT_FOUND)
    // Sorting keeps the order of the table among equals.
    .sort((a, b) => a.rank - b.rank)
    .map(({ line }) => line);
  return lines.length === 0 ? [] : [{ name: null, lines }];
}

function allOf(facts: Facts, recent: readonly LineId[]): readonly Section[] {
  const [actions, presets] = [actionLines(facts), presetLines(facts)];
  // A preset that was used may have been removed since.
  const used = recent.flatMap((id) => [...actions, ...presets].find((line) => line.id === id) ?? []);
  const unused = (line: Line): boolean => !recent.includes(line.id);
  const sections: Section[] = [
    { name: words.palette.recent, lines: used },
    { name: words.palette.all, lines: actions.filter(unused) },
    { name: words.palette.presets, lines: presets.filter(unused) },
  ].filter(({ lines }) => lines.length > 0);
  return sections.length === 1 ? sections.map(({ lines }) => ({ name: null, lines })) : sections;
}

// Better matches have smaller numbers. A query counts as much as its worst word.
const [WHOLE, BEGINS, WORD_BEGINS, ALSO_BEGINS, WITHIN, NOT_FOUND] = [0, 1, 2, 3, 4, 5] as const;

function rankOf(line: Line, wanted: readonly string[]): number {
  const shown = wordsOf(line.name);
  const named = [...shown, ...wordsOf(line.general)];
  const others = [...wordsOf(line.also), ...(line.possible && line.about ? wordsOf(line.about) : [])];
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

// Nobody types the apostrophe of a talkgroup's calls.
function wordsOf(text: string): string[] {
  return folded(text)
    .replace(/['’]/g, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
