// A server's talkgroups as a tree of two levels, and that tree as the lines that are drawn. Nothing here knows what is
// switched on: a switch changes no line.
import type { DirectoryView } from "../generated/DirectoryView";
import type { ListedSystem } from "../generated/ListedSystem";
import type { ListedTalkgroup } from "../generated/ListedTalkgroup";
import type { TalkgroupId } from "../generated/TalkgroupId";
import { words } from "../words";

/** What the sections are. */
export type By = "system" | "group" | "tag";

/** All there are, in the order of their tabs. */
export const BYS: readonly By[] = ["system", "group", "tag"];

/** A talkgroup and the system it belongs to. */
export interface Listed {
  talkgroup: ListedTalkgroup;
  system: ListedSystem;
}

/** Talkgroups that share a system, a group or a tag. */
export interface Section {
  /** Its own among the sections of one kind, and the same after the server has sent its list again. */
  key: string;
  name: string;
  /** Where the section is a system. */
  system: ListedSystem | null;
  talkgroups: readonly Listed[];
}

/** One line: a section's head, or a talkgroup below it. */
export type Line =
  | { kind: "section"; key: string; section: Section; expanded: boolean; position: number; count: number }
  | { kind: "talkgroup"; key: string; section: Section; listed: Listed; position: number; count: number };

/** Everything a server lists, in its order, each once: what is listed twice cannot be told apart. */
export function allOf(directory: DirectoryView): Listed[] {
  const seen = new Set<TalkgroupId>();
  const all: Listed[] = [];
  for (const system of directory.systems) {
    for (const talkgroup of system.talkgroups) {
      if (seen.has(talkgroup.id)) continue;
      seen.add(talkgroup.id);
      all.push({ talkgroup, system });
    }
  }
  return all;
}

/** What a talkgroup is called: by its name, else its label, else its number. */
export function titleOf({ name, label, number }: ListedTalkgroup): string {
  return name || label || words.talkgroups.number(number);
}

/** What a system is called. */
export function systemTitle({ label, number }: ListedSystem): string {
  return label || words.talkgroups.system(number);
}

/** What stands below a talkgroup's title: what else tells it from others, without what its section says already. */
export function sublineOf({ talkgroup, system }: Listed, by: By): string {
  const parts = [
    talkgroup.label,
    String(talkgroup.number),
    by === "system" ? "" : systemTitle(system),
    by === "group" ? "" : talkgroup.group,
    by === "tag" ? "" : talkgroup.tag,
  ];
  const title = titleOf(talkgroup);
  return [...new Set(parts.filter((part) => part !== "" && part !== title))].join(" · ");
}

// One for all: making it costs more than sorting with it.
const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** The sections of one kind. Systems keep the operator's order; groups and tags go by name, those without one last. */
export function sectionsOf(talkgroups: readonly Listed[], by: By): Section[] {
  const found = new Map<string, { section: Section; talkgroups: Listed[] }>();
  for (const listed of talkgroups) {
    const key = keyOf(listed, by);
    let one = found.get(key);
    if (!one) {
      const list: Listed[] = [];
      const system = by === "system" ? listed.system : null;
      one = { section: { key, name: nameOf(listed, by), system, talkgroups: list }, talkgroups: list };
      found.set(key, one);
    }
    one.talkgroups.push(listed);
  }
  const sections = [...found.values()].map(({ section }) => section);
  return by === "system" ? sections : sections.sort(namelessLast);
}

function keyOf({ talkgroup, system }: Listed, by: By): string {
  return by === "system" ? String(system.id) : talkgroup[by];
}

function nameOf({ talkgroup, system }: Listed, by: By): string {
  if (by === "system") return systemTitle(system);
  return talkgroup[by] || (by === "group" ? words.talkgroups.noGroup : words.talkgroups.noTag);
}

function namelessLast(a: Section, b: Section): number {
  if (a.key === "" || b.key === "") return a.key === b.key ? 0 : a.key === "" ? 1 : -1;
  return byName.compare(a.name, b.name);
}

/** The lines to draw. `folded` are the keys of sections whose talkgroups are not shown. */
export function linesOf(sections: readonly Section[], folded: ReadonlySet<string>): Line[] {
  const lines: Line[] = [];
  sections.forEach((section, i) => {
    const expanded = !folded.has(section.key);
    const key = `s ${section.key}`;
    lines.push({ kind: "section", key, section, expanded, position: i + 1, count: sections.length });
    if (!expanded) return;
    const count = section.talkgroups.length;
    section.talkgroups.forEach((listed, at) => {
      const key = `t ${listed.talkgroup.id}`;
      lines.push({ kind: "talkgroup", key, section, listed, position: at + 1, count });
    });
  });
  return lines;
}

/** Up to here everything is shown at first: it can be looked through. */
const AT_A_GLANCE = 60;

/** What is folded at first: everything, where there is too much of it to look through. */
export function foldedAtFirst(sections: readonly Section[]): ReadonlySet<string> {
  const all = sections.reduce((sum, section) => sum + section.talkgroups.length, 0);
  if (sections.length <= 1 || all <= AT_A_GLANCE) return new Set();
  return new Set(sections.map((section) => section.key));
}

/** What is folded once a section is, or is not any more. */
export function refolded(folded: ReadonlySet<string>, section: Section, to: boolean): ReadonlySet<string> {
  const keys = [...folded].filter((key) => key !== section.key);
  return new Set(to ? [...keys, section.key] : keys);
}

/**
 * Where to be in `next` for somebody who was at `at` in `lines`: at the same line, else near it in the same section, at
 * its head at last, else at the next line below or above that is left; -1 where nothing is left.
 */
export function keptPlace(lines: readonly Line[], at: number, next: readonly Line[]): number {
  const places = new Map(next.map((line, i) => [line.key, i]));
  const section = lines[at]?.section.key;
  const left = (from: number, step: 1 | -1, within: boolean): number | undefined => {
    for (let i = from; i >= 0 && i < lines.length; i += step) {
      const line = lines[i];
      if (!line || (within && line.section.key !== section)) return undefined;
      const place = places.get(line.key);
      if (place !== undefined) return place;
    }
    return undefined;
  };
  return (
    left(at, 1, true) ?? left(at, -1, true) ?? left(at, 1, false) ?? left(at, -1, false) ?? (next.length > 0 ? 0 : -1)
  );
}

/** Where the arrows lead sideways from a line: a section folds or unfolds, or another line is gone to. */
export function sideways(
  lines: readonly Line[],
  at: number,
  to: "left" | "right",
): { fold: Section } | { unfold: Section } | { move: number } | null {
  const line = lines[at];
  if (!line) return null;
  if (line.kind === "talkgroup") {
    return to === "left" ? { move: at - line.position } : null;
  }
  if (to === "left") return line.expanded ? { fold: line.section } : null;
  return line.expanded ? { move: at + 1 } : { unfold: line.section };
}
