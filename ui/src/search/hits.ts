// Where a text has what was searched for, as the server searches: letters of any case, `%` for anything, `_` for any
// one letter.

/** A part of a text, and whether it is a hit. */
export interface Part {
  text: string;
  hit: boolean;
}

/** The text in parts; together they are the text. Hits are what is written, not what `%` stands for. */
export function partsOf(text: string, wanted: string): Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const { from, to } of hitsOf(text, piecesOf(wanted))) {
    if (from > done) parts.push({ text: text.slice(done, from), hit: false });
    parts.push({ text: text.slice(from, to), hit: true });
    done = to;
  }
  if (done < text.length || parts.length === 0) parts.push({ text: text.slice(done), hit: false });
  return parts;
}

/** So much of a text before its first hit is shown where there is no room for all of it, in characters. */
const BEFORE = 40;

/** The text from shortly before its first hit, at the beginning of a word; all of it where there is no hit. */
export function fromFirstHit(text: string, wanted: string): string {
  const [first, second] = partsOf(text, wanted);
  if (!first || first.hit || !second || first.text.length <= BEFORE) return text;
  const cut = first.text.length - BEFORE;
  const word = text.indexOf(" ", cut);
  const from = word < 0 || word >= first.text.length ? cut : word + 1;
  // Not in the middle of a letter that is two code units.
  const low = text.charCodeAt(from);
  return `…${text.slice(low >= 0xdc00 && low <= 0xdfff ? from + 1 : from)}`;
}

/** What stands between the `%`, each as a pattern that finds it from its `lastIndex` on. */
function piecesOf(wanted: string): RegExp[] {
  const pieces = wanted.trim().split(/%+/).filter(Boolean);
  const source = (piece: string): string => piece.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/_/g, "[^]");
  return pieces.map((piece) => new RegExp(source(piece), "giu"));
}

// Each piece where it first comes after the one before, over and over. One pattern for all of them would try every
// combination of places, and the window would stand still over a long text.
function hitsOf(text: string, pieces: readonly RegExp[]): { from: number; to: number }[] {
  const hits: { from: number; to: number }[] = [];
  let at = 0;
  while (pieces.length > 0) {
    const round: { from: number; to: number }[] = [];
    for (const piece of pieces) {
      piece.lastIndex = at;
      const found = piece.exec(text);
      if (!found) return hits;
      at = found.index + found[0].length;
      round.push({ from: found.index, to: at });
    }
    hits.push(...round);
  }
  return hits;
}
