import { describe, expect, test } from "vitest";

import type { ListedTalkgroup } from "../src/generated/ListedTalkgroup";
import { countOn, chosenAt } from "../src/talkgroups/chosen";
import { folded, Search } from "../src/talkgroups/search";
import {
  allOf,
  foldedAtFirst,
  keptPlace,
  linesOf,
  sectionsOf,
  sideways,
  sublineOf,
  titleOf,
  type By,
  type Line,
} from "../src/talkgroups/tree";
import { directory, listed, selection, vast } from "./town";

const system = (id: number, label: string, ...talkgroups: ListedTalkgroup[]) => ({
  id,
  number: 100 + id,
  label,
  color: null,
  talkgroups,
});
const town = directory({
  systems: [
    system(
      1,
      "Metro",
      listed(1, "FD 1", { name: "Fire Dispatch", group: "Fire", tag: "Dispatch" }),
      listed(2, "PD 10", { group: "Law 10", tag: "Dispatch" }),
      listed(3, "PD 9", { group: "Law 9" }),
    ),
    system(2, "", listed(4, "", { tag: "Tactical" }), listed(5, "FD 2", { name: "Straßenbahn Müller", group: "Fire" })),
  ],
});
const all = allOf(town);
const nothing: ReadonlySet<string> = new Set();
const drawn = (lines: readonly Line[]): string[] =>
  lines.map((line) => (line.kind === "section" ? line.section.name : `  ${titleOf(line.listed.talkgroup)}`));
const tree = (by: By, folded = nothing) => linesOf(sectionsOf(all, by), folded);

describe("the tree", () => {
  test("by system keeps the operator's order", () => {
    expect(drawn(tree("system"))).toEqual([
      "Metro",
      "  Fire Dispatch",
      "  PD 10",
      "  PD 9",
      "System 102",
      "  Talkgroup 1004",
      "  Straßenbahn Müller",
    ]);
  });

  test("by group goes by name, as people count, and those without one are last", () => {
    const names = sectionsOf(all, "group").map(({ name }) => name);
    expect(names).toEqual(["Fire", "Law 9", "Law 10", "(No group)"]);
  });

  test("by tag gathers across systems", () => {
    const sections = sectionsOf(all, "tag").map((one) => [one.name, one.talkgroups.map((t) => t.talkgroup.id)]);
    expect(sections).toEqual([
      ["Dispatch", [1, 2]],
      ["Tactical", [4]],
      ["(No tag)", [3, 5]],
    ]);
  });

  test("does not take a group of that name for none", () => {
    const named = allOf(
      directory({ systems: [system(1, "", listed(1, "a"), listed(2, "b", { group: "(No group)" }))] }),
    );
    expect(sectionsOf(named, "group")).toHaveLength(2);
  });

  test("shows a talkgroup that is listed twice once", () => {
    const twice = directory({ systems: [system(1, "A", listed(1, "a")), system(2, "B", listed(1, "b"))] });
    expect(allOf(twice)).toHaveLength(1);
  });

  test("knows each line's place among its own", () => {
    expect(tree("system", new Set(["1"])).map(({ key, position, count }) => [key, position, count])).toEqual([
      ["s 1", 1, 2],
      ["s 2", 2, 2],
      ["t 4", 1, 2],
      ["t 5", 2, 2],
    ]);
  });

  test.each([
    ["system", "FD 1 · 1001 · Fire · Dispatch"],
    ["group", "FD 1 · 1001 · Metro · Dispatch"],
    ["tag", "FD 1 · 1001 · Metro · Fire"],
  ] as const)("by %s says below a title what the section does not: %s", (by, line) => {
    expect(sublineOf(all[0]!, by)).toBe(line);
  });

  test("is folded at first only where it is too long to look through", () => {
    expect(foldedAtFirst(sectionsOf(all, "system")).size).toBe(0);
    const many = allOf(vast(4000));
    expect(foldedAtFirst(sectionsOf(many, "system")).size).toBe(40);
    const alone = allOf(directory({ systems: [vast(4000).systems[0]!] }));
    expect(foldedAtFirst(sectionsOf(alone, "system")).size).toBe(0);
  });
});

describe("the place is kept", () => {
  const lines = tree("system");
  const find = (query: string) => linesOf(sectionsOf(new Search(all).find(query), "system"), nothing);
  test.each([
    ["where the line is still there", 2, find("dispatch"), "  PD 10"],
    ["at the next of the section where it is not", 1, find("pd"), "  PD 10"],
    ["at the one before where it was the last", 3, find("dispatch"), "  PD 10"],
    ["at the section's head where that is folded", 2, tree("system", new Set(["1"])), "Metro"],
    ["at what is left where the section is gone", 1, find("müller"), "System 102"],
    ["above where nothing below is left", 6, find("fire dispatch"), "  Fire Dispatch"],
    ["at the top of what is new altogether", 1, tree("group"), "  Fire Dispatch"],
  ])("%s", (_name, at, next, line) => {
    expect(drawn(next)[keptPlace(lines, at, next)]).toBe(line);
  });

  test("nowhere where nothing is left", () => {
    expect(keptPlace(lines, 3, [])).toBe(-1);
    expect(keptPlace([], 0, lines)).toBe(0);
  });
});

describe("left and right", () => {
  const lines = tree("system", new Set(["2"]));
  test.each([
    ["left", 0, { fold: lines[0]!.section }],
    ["left", 3, { move: 0 }],
    ["left", 4, null],
    ["right", 4, { unfold: lines[4]!.section }],
    ["right", 0, { move: 1 }],
    ["right", 2, null],
    ["right", 9, null],
  ] as const)("%s at line %s", (to, at, leads) => {
    expect(sideways(lines, at, to)).toEqual(leads);
  });
});

describe("searching", () => {
  const found = (query: string): number[] => new Search(all).find(query).map(({ talkgroup }) => talkgroup.id);
  test.each([
    ["", [1, 2, 3, 4, 5]],
    ["  ", [1, 2, 3, 4, 5]],
    ["fd", [1, 5]],
    ["FIRE", [1, 5]],
    ["dispatch fd", [1]],
    ["disp fire", [1]],
    ["strasse", [5]],
    ["STRASSENBAHN muller", [5]],
    ["mü", [5]],
    ["1004", [4]],
    ["tact", [4]],
    ["law 9", [3]],
    // Not across the border of two fields: "FD 1" and "Fire".
    ["1fire", []],
    ["nowhere", []],
    ["<b>", []],
    [".*", []],
  ])("%j finds %j", (query, ids) => {
    expect(found(query)).toEqual(ids);
  });

  test.each([
    ["Ærøskøbing", "aeroskobing"],
    ["Łódź", "lodz"],
    ["İstanbul", "istanbul"],
    ["ＦＩＲＥ", "fire"],
    ["\u202eFi\u200dre\u202c", "fire"],
    ["пожарная", "пожарная"],
  ])("reads %s as %s", (text, as) => {
    expect(folded(text)).toBe(as);
  });

  test("finds the end of a name of ten thousand characters", () => {
    const long = allOf(directory({ systems: [system(1, "", listed(1, `${"x".repeat(10_000)} end`))] }));
    expect(new Search(long).find("end")).toHaveLength(1);
  });
});

describe("twenty thousand talkgroups", () => {
  const many = vast();
  /** The quickest of some runs, in milliseconds; told, and left to whoever reads it. */
  const quickest = (work: () => void): number =>
    Math.min(
      ...Array.from({ length: 8 }, () => {
        const began = performance.now();
        work();
        return performance.now() - began;
      }),
    );

  test.each(["system", "group", "tag"] as const)("are a tree by %s", (by) => {
    const off = many.systems[3]!.talkgroups.map(({ id }) => id);
    const view = selection({ off: [{ server: 1, talkgroups: off }] });
    let lines: Line[] = [];
    const took = quickest(() => {
      const listedAll = allOf(many);
      const sections = sectionsOf(listedAll, by);
      lines = linesOf(sections, nothing);
      const chosen = chosenAt(view, 1);
      for (const section of sections) countOn(chosen, section.talkgroups);
    });
    console.info(`20,000 talkgroups by ${by}: ${took.toFixed(1)} ms (target 30)`);
    expect(lines.length).toBeGreaterThan(20_000);
  });

  test("are searched", () => {
    const search = new Search(allOf(many));
    const first = quickest(() => new Search(allOf(many)).find("obras 39-4"));
    let found = 0;
    const took = quickest(() => (found = linesOf(sectionsOf(search.find("publicas 39-4"), "system"), nothing).length));
    console.info(`searching them: ${took.toFixed(1)} ms a letter (target 30), the first ${first.toFixed(1)} ms`);
    expect(found).toBeGreaterThan(1);
  });
});
