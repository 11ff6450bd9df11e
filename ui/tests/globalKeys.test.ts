import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";

import { choiceOf, partsOf } from "../src/settings/globalKeys";
import { byId, open } from "./open";
import { busy } from "./town";

const pressed = (init: KeyboardEventInit) => choiceOf(new KeyboardEvent("keydown", init));
const keys = (keys: string) => ({ kind: "keys", keys });

describe("a key that is pressed to be chosen", () => {
  test.each([
    [{ key: "s", code: "KeyS", ctrlKey: true, altKey: true }, keys("Ctrl+Alt+KeyS")],
    // On a German keyboard the key that bears the letter counts, not its American place.
    [{ key: "z", code: "KeyY", ctrlKey: true }, keys("Ctrl+KeyZ")],
    [{ key: "!", code: "Digit1", shiftKey: true, metaKey: true }, keys("Shift+Super+Digit1")],
    [{ key: "ы", code: "KeyS", ctrlKey: true }, keys("Ctrl+KeyS")],
    [{ key: " ", code: "Space", ctrlKey: true }, keys("Ctrl+Space")],
    [{ key: ",", code: "Comma", altKey: true }, keys("Alt+Comma")],
    [{ key: "|", code: "Backslash", altKey: true, shiftKey: true }, keys("Alt+Shift+Backslash")],
    [{ key: "+", code: "NumpadAdd", ctrlKey: true }, keys("Ctrl+NumpadAdd")],
    // A French keyboard has its digits with Shift, one for programmers has them elsewhere.
    [{ key: "1", code: "Digit1", shiftKey: true, ctrlKey: true }, keys("Ctrl+Shift+Digit1")],
    [{ key: "7", code: "Digit2", shiftKey: true, ctrlKey: true }, keys("Ctrl+Shift+Digit7")],
    // The system would take another key than the one that was pressed: "8", "w", and whatever bears the sign.
    [{ key: "ü", code: "BracketLeft", ctrlKey: true }, { kind: "odd" }],
    [{ key: ",", code: "KeyW", ctrlKey: true }, { kind: "odd" }],
    [{ key: "ı", code: "KeyI", ctrlKey: true }, { kind: "odd" }],
    [{ key: "Dead", code: "Backquote", ctrlKey: true }, { kind: "odd" }],
    [{ key: "<", code: "IntlBackslash", ctrlKey: true }, { kind: "odd" }],
    [{ key: "[", code: "Digit2", ctrlKey: true }, { kind: "odd" }],
    [{ key: "F9", code: "F9" }, keys("F9")],
    [{ key: "Control", code: "ControlLeft", ctrlKey: true }, { kind: "wait" }],
    [{ key: "s", code: "KeyS", ctrlKey: true, repeat: true }, { kind: "wait" }],
    [{ key: "Unidentified", code: "" }, { kind: "wait" }],
    [{ key: "Escape", code: "Escape" }, { kind: "cancel" }],
    [{ key: "Escape", code: "Escape", ctrlKey: true }, keys("Ctrl+Escape")],
    [{ key: "Backspace", code: "Backspace" }, { kind: "none" }],
    [{ key: "Delete", code: "Delete" }, { kind: "none" }],
  ])("%o is understood", (init, choice) => expect(pressed(init)).toEqual(choice));

  test("is shown as it is written on keyboards", () => {
    expect(partsOf("Ctrl+Alt+KeyS")).toEqual(["Ctrl", "Alt", "S"]);
    expect(partsOf("Super+Digit1")).toEqual(["Super", "1"]);
    expect(partsOf("Alt+ArrowRight")).toEqual(["Alt", "Right"]);
    expect(partsOf("F9")).toEqual(["F9"]);
  });
});

describe("keys for every program", () => {
  const help = async () => {
    const chosen = { ...busy().settings.globalKeys, skip: "Ctrl+Alt+KeyS" };
    const view = await open(busy({ settings: { ...busy().settings, globalKeys: chosen } }));
    await view.user.keyboard("?");
    await screen.findByRole("dialog");
    return view;
  };
  const change = (action: string, keys: string | null) => ({
    kind: "change",
    setting: { name: "globalKey", action, keys },
  });

  test("are chosen by pressing them, without doing anything else, and the others are given back meanwhile", async () => {
    const { core, sent, user } = await help();
    await user.click(screen.getByRole("button", { name: "Mute: Not set. Choose a key" }));
    expect(core.choosingKey.mock.calls).toEqual([[true]]);
    expect(screen.getByRole("button", { name: "Press a key for Mute" })).toHaveFocus();
    await user.keyboard("{Control>}{Alt>}m{/Alt}{/Control}");
    expect(sent).toEqual([change("mute", "Ctrl+Alt+KeyM")]);
    expect(core.choosingKey.mock.calls).toEqual([[true], [false]]);
  });

  test("can be chosen from the keyboard alone, Space too, which does not begin another choice", async () => {
    const { core, sent, user } = await help();
    byId("key-replay").focus();
    await user.keyboard(" ");
    await user.keyboard("{Control>} {/Control}");
    expect(sent).toEqual([change("replay", "Ctrl+Space")]);
    expect(core.choosingKey.mock.calls).toEqual([[true], [false]]);
    expect(byId("key-replay")).toHaveFocus();
  });

  test("are left as they were by Escape, which does not close the list, and by going elsewhere", async () => {
    const { core, sent, user } = await help();
    await user.click(byId("key-skip"));
    await user.keyboard("{Escape}");
    expect(screen.getByRole("dialog")).toBeVisible();
    await user.click(byId("key-skip"));
    await user.tab();
    expect(byId("key-skip")).toHaveAccessibleName("Skip: Ctrl Alt S. Choose a key");
    expect(sent).toEqual([]);
    expect(core.choosingKey.mock.calls).toEqual([[true], [false], [true], [false]]);
  });

  test("say so when one is pressed that cannot be taken, and wait for another", async () => {
    const { core, sent, user } = await help();
    await user.click(byId("key-mute"));
    const press = (init: KeyboardEventInit) => fireEvent.keyDown(byId("key-mute"), init);
    await press({ key: "ü", code: "BracketLeft", ctrlKey: true });
    expect(byId("key-mute")).toHaveAccessibleDescription(/choose a letter, a digit or a function key/);
    expect(byId("why-mute")).toBeVisible();
    expect(screen.getAllByRole("status").map((status) => status.textContent)).toContain(byId("why-mute").textContent);
    await press({ key: "Control", code: "ControlLeft", ctrlKey: true });
    expect(byId("why-mute")).toBeVisible();
    expect(sent).toEqual([]);
    await user.keyboard("{Control>}u{/Control}");
    expect(sent).toEqual([change("mute", "Ctrl+KeyU")]);
    expect(screen.queryByTestId("why-mute")).toBeNull();
    expect(core.choosingKey.mock.calls).toEqual([[true], [false]]);
  });

  test("are taken away by Backspace or with their button", async () => {
    const { sent, user } = await help();
    await user.click(byId("key-skip"));
    await user.keyboard("{Backspace}");
    await user.click(screen.getByRole("button", { name: "No key for Skip" }));
    expect(sent).toEqual([change("skip", null), change("skip", null)]);
    expect(byId("clear-mute")).toBeDisabled();
  });

  test("say why they do nothing", async () => {
    const { globalKeys } = await help();
    await globalKeys({ notOffered: null, refused: [{ action: "skip", why: "Another program has this key." }] });
    expect(byId("key-skip")).toHaveAccessibleDescription("Another program has this key.");
    expect(byId("why-skip")).toBeVisible();
    await globalKeys({ notOffered: null, refused: [] });
    expect(screen.queryByTestId("why-skip")).toBeNull();
  });

  test("are not offered where the desktop gives none away", async () => {
    const { globalKeys } = await help();
    await globalKeys({ notOffered: "This desktop (Wayland) lets no program take keys.", refused: [] });
    expect(byId("global-keys-note")).toHaveTextContent("Wayland");
    expect(screen.queryByTestId("key-skip")).toBeNull();
  });
});
