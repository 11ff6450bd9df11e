// Finding a setting as somebody types: every word somewhere in its name, its sentence, its choices or its section, whatever
// case and accents.
import { folded } from "../../talkgroups/search";
import { words } from "../../words";
import { SECTIONS, type Line, type SectionId } from "./line";

/** Lines of one section. */
export interface Section {
  readonly id: SectionId;
  readonly name: string;
  readonly lines: readonly Line[];
}

/** So many of what is behind a line are named. */
const MOST_NAMED = 3;

/** What is shown for what was typed: sections without a line are left out. */
export function sectionsOf(query: string, lines: readonly Line[]): readonly Section[] {
  const wanted = folded(query).split(/\s+/).filter(Boolean);
  const found = wanted.length === 0 ? lines : lines.flatMap((line) => foundAs(line, wanted) ?? []);
  return SECTIONS.map((id) => ({
    id,
    name: words.sheet.sections[id],
    lines: found.filter((line) => line.section === id),
  })).filter((section) => section.lines.length > 0);
}

/** The line as it is shown, with what was found behind it; nothing if it is not found. */
function foundAs(line: Line, wanted: readonly string[]): Line | null {
  const has = (text: string): boolean => wanted.every((word) => text.includes(word));
  const behind = (line.within ?? []).filter((name) => has(folded(name)));
  if (behind.length > 0) {
    const more = behind.length > MOST_NAMED ? ["…"] : [];
    return { ...line, note: words.sheet.within([...behind.slice(0, MOST_NAMED), ...more].join(", ")) };
  }
  const texts = [line.name, line.what, words.sheet.sections[line.section], ...more(line)];
  return has(folded(texts.join("\n"))) ? line : null;
}

function more(line: Line): readonly string[] {
  const rest = [line.also ?? "", line.note ?? ""];
  if (line.kind !== "choice" && line.kind !== "plain") return rest;
  const inside = line.kind === "choice" ? line.choices.map(([, name]) => name) : (line.facts ?? []).flat();
  return [...rest, ...inside, ...(line.presses ?? []).map((press) => press.name)];
}
