import { afterEach, describe, expect, test } from "vitest";

import { shortcutOf, type Shortcut } from "../src/keys";
import { wishOf } from "../src/shortcuts";
import { apply, type State } from "../src/state";
import { busy, onCard, quiet, snapshotOf } from "./town";

afterEach(() => document.body.replaceChildren());

/** What a key asks for when the element (made from the text) has the focus. */
function press(key: string, html = "<p id=x></p>", more: KeyboardEventInit = {}): Shortcut | null {
  document.body.innerHTML = html;
  let got: Shortcut | null = null;
  const listen = (event: KeyboardEvent): void => void (got = shortcutOf(event));
  window.addEventListener("keydown", listen);
  document.querySelector("#x")!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  window.removeEventListener("keydown", listen);
  return got;
}

describe("shortcuts", () => {
  test("are what the help says", () => {
    const keys = [" ", "ArrowRight", "ArrowLeft", "l", "M", "h", "a", "ArrowUp", "ArrowDown", "t", "?"];
    expect(keys.map((key) => press(key))).toEqual([
      "pause",
      "skip",
      "replay",
      "live",
      "mute",
      "hold",
      "avoid",
      "louder",
      "quieter",
      "talkgroups",
      "help",
    ]);
    expect(press("x")).toBeNull();
  });

  test("are known by place on a keyboard with another script", () => {
    expect(press("д", undefined, { code: "KeyL" })).toBe("live");
    expect(press("q", undefined, { code: "KeyA" })).toBeNull();
  });

  test("yield to modifiers and do not repeat, except the volume", () => {
    expect(press("l", undefined, { ctrlKey: true })).toBeNull();
    expect(press("l", undefined, { metaKey: true })).toBeNull();
    expect(press("ArrowRight", undefined, { repeat: true })).toBeNull();
    expect(press("ArrowUp", undefined, { repeat: true })).toBe("louder");
  });

  test("yield to text fields altogether", () => {
    for (const html of ["<input id=x>", "<input id=x type=password>", "<textarea id=x></textarea>"]) {
      for (const key of [" ", "l", "ArrowUp", "?"]) expect(press(key, html)).toBeNull();
    }
  });

  test("yield to menus and dialogs altogether", () => {
    for (const role of ["menu", "dialog"]) expect(press("h", `<div role=${role}><b id=x></b></div>`)).toBeNull();
  });

  test("yield to a modal dialog also while nothing in it has the focus", () => {
    const behind = '<div role=dialog aria-modal="true"></div><p id=x></p>';
    for (const key of ["h", "?", " ", "ArrowRight"]) expect(press(key, behind)).toBeNull();
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

describe("the wish behind a key", () => {
  const state = apply(null, snapshotOf(busy()), 0) as State;
  const talkgroup = { server: 1, talkgroup: onCard.talkgroup! };

  test("says what should be true", () => {
    expect(wishOf("pause", state, -6)).toEqual({ kind: "pause", on: true });
    expect(wishOf("live", state, -6)).toEqual({ kind: "listen", on: false });
    expect(wishOf("skip", state, -6)).toEqual({ kind: "skip", turn: 9 });
    expect(wishOf("replay", state, -6)).toEqual({ kind: "play", call: onCard.key });
    expect(wishOf("hold", state, -6)).toEqual({ kind: "holdTalkgroup", talkgroup });
    expect(wishOf("avoid", state, -6)).toEqual({ kind: "avoid", talkgroup, minutes: 30 });
    expect(wishOf("quieter", state, -6)).toEqual({ kind: "volume", db: -8 });
  });

  test("releases what is held or avoided", () => {
    const selection = {
      ...state.selection,
      talkgroup: { key: { server: 1, talkgroup: 99 }, name: "Other" },
      avoided: [{ key: talkgroup, name: "Fire", leftMs: null }],
    };
    expect(wishOf("hold", { ...state, selection }, -6)).toEqual({ kind: "holdTalkgroup", talkgroup: null });
    expect(wishOf("avoid", { ...state, selection }, -6)).toEqual({ kind: "unavoid", talkgroup });
  });

  test("is none where there is nothing to act on, and the volume stays in its bounds", () => {
    const empty = apply(null, snapshotOf(quiet()), 0) as State;
    for (const key of ["skip", "replay", "hold", "avoid"] as const) expect(wishOf(key, empty, -6)).toBeNull();
    expect(wishOf("louder", empty, 5.5)).toEqual({ kind: "volume", db: 6 });
  });
});
