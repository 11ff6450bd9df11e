import { screen } from "@testing-library/svelte";
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

  test("are taken away by Backspace or with their button", async () => {
    const { sent, user } = await help();
    await user.click(byId("key-skip"));
    await user.keyboard("{Backspace}");
    await user.click(screen.getByRole("button", { name: "No key for Skip" }));
    expect(byId("key-skip")).toHaveFocus();
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

  test("say aloud why the one just chosen is refused, and nothing of the others", async () => {
    const { globalKeys, user } = await help();
    const taken = (action: "skip" | "mute") => ({ action, why: `Another program has the key to ${action}.` });
    await globalKeys({ notOffered: null, refused: [taken("skip")] });
    expect(byId("global-keys-said")).toHaveAttribute("role", "status");
    expect(byId("global-keys-said")).toHaveTextContent(/^$/);
    await user.click(byId("key-mute"));
    await user.keyboard("{F9}");
    expect(byId("global-keys-said")).toHaveTextContent(/^$/);
    await globalKeys({ notOffered: null, refused: [taken("skip"), taken("mute")] });
    expect(byId("global-keys-said")).toHaveTextContent(/^Another program has the key to mute\.$/);
  });

  test("are not offered where the desktop gives none away", async () => {
    const { globalKeys } = await help();
    await globalKeys({ notOffered: "This desktop (Wayland) lets no program take keys.", refused: [] });
    expect(byId("global-keys-note")).toHaveTextContent("Wayland");
    expect(screen.queryByTestId("key-skip")).toBeNull();
  });
});
