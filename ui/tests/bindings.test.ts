import { describe, expect, test } from "vitest";

import { ACTIONS } from "../src/actions";
import { bindingsOf, isChanged, refusalOf, sameChanges, withKey, withoutKey, type KeyChanges } from "../src/bindings";

describe("which key does what", () => {
  test("is what was chosen, and else what was made so", () => {
    const { keys, actions } = bindingsOf({ skip: "Shift+ArrowRight", mute: null });
    expect([keys.skip, keys.mute, keys.pause]).toEqual(["Shift+ArrowRight", null, "Space"]);
    expect([actions.get("Shift+ArrowRight"), actions.get("ArrowRight"), actions.get("M")]).toEqual([
      "skip",
      undefined,
      undefined,
    ]);
  });

  test("leaves an action without a key whose own was chosen for another, as a newer Squelch may have it", () => {
    const { keys, actions } = bindingsOf({ skip: "L" });
    expect([keys.skip, keys.live, actions.get("L")]).toEqual(["L", null, "skip"]);
    expect(bindingsOf({ skip: "Z", live: "Z" }).keys).toMatchObject({ skip: "Z", live: null });
  });

  test.each(["", "l", "Foo+K", "Shift+?", "Alt+K", "Mod+C", "Enter", "X", "KK+", "\u0007", "L ", "x".repeat(400)])(
    "is not changed by what is no key: %o",
    (key) => {
      expect(isChanged({ skip: key }, "skip")).toBe(false);
      expect(bindingsOf({ skip: key }).keys.skip).toBe("ArrowRight");
    },
  );

  test.each(["Z", "Ö", "9", "+", "F9", "Shift+Z", "Shift+Space", "Mod+J", "Mod++", "Mod+Shift+F2"])(
    "can be %s",
    (key) => expect(bindingsOf({ skip: key }).keys.skip).toBe(key),
  );

  test("does not take what every object has for a change", () => {
    const changes = JSON.parse('{"__proto__": {"skip": "Z"}, "constructor": "Y"}') as Record<string, string>;
    expect(bindingsOf(changes).keys.skip).toBe("ArrowRight");
  });
});

describe("a change", () => {
  test("to its own key is none, and one of another version stays", () => {
    const changes = { skip: "Z", ofLater: "Y" };
    expect(withKey(changes, "skip", ACTIONS.skip.key)).toEqual({ ofLater: "Y" });
    expect(withKey(changes, "mute", null)).toEqual({ skip: "Z", ofLater: "Y", mute: null });
    expect(withoutKey(changes, "skip")).toEqual({ ofLater: "Y" });
  });

  test("is the same as another that says the same", () => {
    expect(sameChanges({ skip: "Z", mute: null }, { mute: null, skip: "Z" })).toBe(true);
    const others: KeyChanges[] = [{}, { skip: "Y" }, { skip: "Z", mute: null }, { mute: null }];
    for (const other of others) expect(sameChanges({ skip: "Z" }, other)).toBe(false);
  });
});

describe("a key is refused", () => {
  const refused = (key: string) => refusalOf(key, "skip", bindingsOf({}));
  test("that another action has, by name", () => {
    expect(refused("M")).toEqual({ kind: "taken", by: "mute" });
    expect(refused("ArrowRight")).toBeNull();
    expect(refusalOf("M", "skip", bindingsOf({ mute: null }))).toBeNull();
  });

  test.each([
    ["Mod+C", "text"],
    ["Mod+Shift+Z", "text"],
    ["Mod+ArrowLeft", "text"],
    ["Enter", "control"],
    ["Shift+Enter", "control"],
    ["Mod+Home", "control"],
    ["Shift+F10", "control"],
    ["Alt+F4", "system"],
    ["Super+L", "system"],
    ["MediaPlayPause", "system"],
    ["Mod+W", "system"],
    ["F5", "system"],
  ])("that is not for actions: %s", (key, kind) => expect(refused(key)).toEqual({ kind }));
});
