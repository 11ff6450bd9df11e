import { describe, expect, test } from "vitest";

import type { SelectionView } from "../src/generated/SelectionView";
import { afterSwitch, chosenAt, countOn, isOn, isSwitched, lampOf, switched, toggle } from "../src/talkgroups/chosen";
import { allOf } from "../src/talkgroups/tree";
import { directory, selection } from "./town";

const key = (talkgroup: number, server = 1) => ({ server, talkgroup });
const busy = selection({
  off: [
    { server: 1, talkgroups: [41, 42] },
    { server: 2, talkgroups: [40] },
  ],
  avoided: [{ key: key(43), name: "Tram", leftMs: 60_000 }],
  talkgroup: { key: key(40), name: "Fire" },
  system: { key: { server: 2, system: 7 }, name: "Ridge" },
  fresh: [key(44), key(45, 2)],
});
const all = allOf(directory());
const some = (...ids: number[]) => all.filter(({ talkgroup }) => ids.includes(talkgroup.id));

describe("what is chosen", () => {
  test("is told for one server at a time", () => {
    const chosen = chosenAt(busy, 1);
    expect([...chosen.off]).toEqual([41, 42]);
    expect(chosen.held).toBe(40);
    expect(chosen.heldSystem).toBeNull();
    expect([...chosen.fresh]).toEqual([44]);
    expect(chosenAt(busy, 2).heldSystem).toBe(7);
    expect(chosenAt(selection(), 3).off.size).toBe(0);
  });

  test("is on unless it is off or avoided", () => {
    const chosen = chosenAt(busy, 1);
    expect([40, 41, 43, 44].map((id) => isOn(chosen, id))).toEqual([true, false, false, true]);
    expect(countOn(chosen, some(40, 41, 43, 44))).toBe(2);
  });

  test.each([
    [0, 3, "false"],
    [1, 3, "mixed"],
    [3, 3, "true"],
    [0, 0, "false"],
  ])("%i of %i on is %s", (on, of, lamp) => {
    expect(lampOf(on, of)).toBe(lamp);
  });
});

describe("a switch", () => {
  test.each([
    ["none on", [41, 42], true],
    ["some on", [40, 41], true],
    ["an avoided one among them", [40, 43], true],
    ["all on", [40, 44], false],
  ])("of %s asks for %j to be on: %s", (_name, ids, on) => {
    expect(toggle(busy, 1, some(...ids))).toEqual({ kind: "switch", server: 1, talkgroups: ids, on });
  });

  test("of nothing asks for nothing", () => {
    expect(toggle(busy, 1, [])).toBeNull();
  });

  test.each([true, false])("is done once the core says so, on: %s", (on) => {
    const wish = switched(1, some(40, 42, 43, 44), on) as Parameters<typeof afterSwitch>[1];
    expect(isSwitched(busy, wish)).toBe(false);
    const then: SelectionView = afterSwitch(busy, wish);
    expect(isSwitched(then, wish)).toBe(true);
    // Others, here and elsewhere, are as they were.
    expect(isOn(chosenAt(then, 1), 41)).toBe(false);
    expect(isOn(chosenAt(then, 2), 40)).toBe(false);
    expect(then.fresh).toEqual([key(45, 2)]);
    // Off ends a hold, on does not; the avoid for a while is over in either case.
    expect(then.talkgroup !== null).toBe(on);
    expect(then.avoided).toEqual([]);
  });

  test.each([
    ["for a while", 60_000, false, []],
    ["until released", null, true, [43]],
  ])("off takes an avoid %s for off, or leaves it: %s", (_name, leftMs, before, after) => {
    const avoided = busy.avoided.map((one) => ({ ...one, leftMs }));
    const wish = switched(1, some(43), false) as Parameters<typeof afterSwitch>[1];
    expect(isSwitched({ ...busy, avoided }, wish)).toBe(before);
    const then = afterSwitch({ ...busy, avoided }, wish);
    expect(isSwitched(then, wish)).toBe(true);
    expect(then.avoided.map(({ key }) => key.talkgroup)).toEqual(after);
  });
});
