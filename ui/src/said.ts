// Sentences of the core in another language: found by the English one, as message files do it. The core's say more than
// a code could, and one that was never translated is told by its code at least (words.ts).

const HOLE = "{}";

/** How long a text may be to be looked at: what is longer is no sentence of ours. */
const LONGEST = 2000;

interface Pattern {
  readonly test: RegExp;
  readonly there: string;
}

/** The patterns of a table, those without a hole left out. */
const made = new WeakMap<Readonly<Record<string, string>>, readonly Pattern[]>();

function patternsOf(table: Readonly<Record<string, string>>): readonly Pattern[] {
  let patterns = made.get(table);
  if (!patterns) {
    patterns = Object.entries(table)
      .filter(([here]) => here.includes(HOLE))
      .map(([here, there]) => ({ test: new RegExp(`^${here.split(HOLE).map(escaped).join("(.+)")}$`, "su"), there }));
    made.set(table, patterns);
  }
  return patterns;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** A text of one or more sentences in the other language, or nothing if one of them is not in the table. */
export function said(text: string, table: Readonly<Record<string, string>>): string | null {
  if (text.length > LONGEST) return null;
  const whole = sentence(text, table);
  if (whole !== null) return whole;
  // The longest beginning first: some entries are several sentences, because they belong together.
  for (const end of ends(text)) {
    const first = sentence(text.slice(0, end), table);
    const rest = first === null ? null : said(text.slice(end + 1), table);
    if (rest !== null) return `${first} ${rest}`;
  }
  return null;
}

function sentence(text: string, table: Readonly<Record<string, string>>): string | null {
  if (Object.hasOwn(table, text)) return table[text] ?? null;
  for (const { test, there } of patternsOf(table)) {
    const found = test.exec(text);
    if (found) {
      const holes = found.slice(1);
      return there.replaceAll(HOLE, () => holes.shift() ?? "");
    }
  }
  return null;
}

// Where a sentence may end: a name may have a full stop in it, too.
function ends(text: string): number[] {
  return [...text.matchAll(/[.?!](?= )/g)].map((match) => match.index + 1).reverse();
}
