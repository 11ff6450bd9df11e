import { afterEach, describe, expect, test } from "vitest";

import type { ActionId } from "../src/actions";
import { bindingsOf, type KeyChanges } from "../src/bindings";
import { actionOf, ariaOf, keyOf, partsOf } from "../src/keys";

afterEach(() => document.body.replaceChildren());

/** What a key asks for when the element (made from the text) has the focus. */
function press(key: string, html = "<p id=x></p>", more: KeyboardEventInit = {}, changes: KeyChanges = {}) {
  document.body.innerHTML = html;
  let got: ActionId | null = null;
  const listen = (event: KeyboardEvent): void => void (got = actionOf(event, bindingsOf(changes).actions));
  window.addEventListener("keydown", listen);
  document.querySelector("#x")!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  window.removeEventListener("keydown", listen);
  return got as ActionId | null;
}

describe("a press", () => {
  const pressed = (init: KeyboardEventInit, mac = false) => keyOf(new KeyboardEvent("keydown", init), mac);
  test.each([
    ["L", { key: "l", code: "KeyL" }],
    // The lock for capitals is not Shift.
    ["L", { key: "L", code: "KeyL" }],
    ["Shift+L", { key: "L", code: "KeyL", shiftKey: true }],
    ["Shift+L", { key: "l", code: "KeyL", shiftKey: true }],
    // A sign is the same wherever it needs Shift and wherever it does not.
    ["?", { key: "?", code: "Slash", shiftKey: true }],
    ["1", { key: "1", code: "Digit1" }],
    ["1", { key: "1", code: "Digit1", shiftKey: true }],
    ["+", { key: "+", code: "NumpadAdd" }],
    ["Space", { key: " ", code: "Space" }],
    ["Shift+F9", { key: "F9", code: "F9", shiftKey: true }],
    ["Mod+K", { key: "k", code: "KeyK", ctrlKey: true }],
    ["Mod+Shift+K", { key: "K", code: "KeyK", ctrlKey: true, shiftKey: true }],
    ["Mod+,", { key: ",", code: "Comma", ctrlKey: true }],
    ["Alt+F", { key: "f", code: "KeyF", altKey: true }],
    ["Super+L", { key: "l", code: "KeyL", metaKey: true }],
    // Another script: by place. Another alphabet of the same: by letter.
    ["L", { key: "д", code: "KeyL" }],
    ["Mod+K", { key: "л", code: "KeyK", ctrlKey: true }],
    ["2", { key: "٢", code: "Digit2" }],
    ["Ö", { key: "ö", code: "Semicolon" }],
    ["Q", { key: "q", code: "KeyA" }],
    [null, { key: "Shift", code: "ShiftLeft", shiftKey: true }],
    [null, { key: "Dead", code: "Backquote" }],
    [null, { key: "a", code: "KeyA", isComposing: true }],
  ])("is written as %s", (key, init: KeyboardEventInit) => expect(pressed(init)).toBe(key));

  test("has Command for Ctrl on a Mac", () => {
    expect(pressed({ key: "k", code: "KeyK", metaKey: true }, true)).toBe("Mod+K");
    expect(pressed({ key: "k", code: "KeyK", ctrlKey: true }, true)).toBe("Super+K");
    expect([partsOf("Mod+K", true), ariaOf("Mod+K", true)]).toEqual([["⌘", "K"], "Meta+K"]);
  });

  test("with AltGr is the sign that it types", () => {
    const init = { key: "@", code: "KeyQ", ctrlKey: true, altKey: true, modifierAltGraph: true };
    expect(pressed(init)).toBe("@");
  });
});

describe("a key is shown", () => {
  test.each([
    ["Mod+Shift+K", ["Ctrl", "Shift", "K"], "Control+Shift+K"],
    ["ArrowLeft", ["←"], "ArrowLeft"],
    ["Space", ["Space"], "Space"],
    ["+", ["+"], "+"],
    ["Mod++", ["Ctrl", "+"], "Control++"],
  ])("%s", (key, parts, aria) => expect([partsOf(key, false), ariaOf(key, false)]).toEqual([parts, aria]));
});

describe("shortcuts", () => {
  test("are those of the table, and those that were chosen", () => {
    const keys = [" ", "ArrowRight", "l", "M", "?", "z"];
    expect(keys.map((key) => press(key))).toEqual(["pause", "skip", "live", "mute", "help", null]);
    expect(press("k", undefined, { ctrlKey: true })).toBe("palette");
    const changes = { live: "Z", mute: null };
    expect(["z", "l", "m"].map((key) => press(key, undefined, {}, changes))).toEqual(["live", null, null]);
  });

  test("yield to modifiers and do not repeat, except the volume", () => {
    expect(press("l", undefined, { ctrlKey: true })).toBeNull();
    expect(press("l", undefined, { metaKey: true })).toBeNull();
    expect(press("l", undefined, { altKey: true })).toBeNull();
    expect(press("ArrowRight", undefined, { repeat: true })).toBeNull();
    expect(press("ArrowUp", undefined, { repeat: true })).toBe("louder");
  });

  test("yield to text fields, unless Ctrl is held, with which nothing is typed", () => {
    for (const html of ["<input id=x>", "<input id=x type=password>", "<textarea id=x></textarea>"]) {
      for (const key of [" ", "l", "ArrowUp", "?"]) expect(press(key, html)).toBeNull();
      expect(press("k", html, { ctrlKey: true })).toBe("palette");
    }
  });

  test("yield to menus and dialogs altogether", () => {
    for (const role of ["menu", "dialog"]) {
      const html = `<div role=${role}><b id=x></b></div>`;
      expect([press("h", html), press("k", html, { ctrlKey: true })]).toEqual([null, null]);
    }
  });

  test("yield to a modal dialog also while nothing in it has the focus", () => {
    const behind = '<div role=dialog aria-modal="true"></div><p id=x></p>';
    for (const key of ["h", "?", " ", "ArrowRight"]) expect(press(key, behind)).toBeNull();
    expect(press("k", behind, { ctrlKey: true })).toBeNull();
  });

  test("leave the space bar to the button in focus, and nothing else", () => {
    expect(press(" ", "<button id=x></button>")).toBeNull();
    expect(press("l", "<button id=x></button>")).toBe("live");
    expect(press(" ", "<input id=x type=checkbox>")).toBeNull();
  });

  test("leave the arrows to the slider, and up and down to what they scroll", () => {
    expect(press("ArrowRight", "<input id=x type=range>")).toBeNull();
    expect(press("m", "<input id=x type=range>")).toBe("mute");
    const list = "<div role=list><div role=listitem id=x></div></div>";
    expect(press("ArrowUp", list)).toBeNull();
    expect(press("ArrowRight", list)).toBe("skip");
    expect(press(" ", list)).toBe("pause");
    const read = "<section data-scrolls tabindex=0 id=x></section>";
    expect([press("ArrowDown", read), press("ArrowRight", read)]).toEqual([null, "skip"]);
  });
});
