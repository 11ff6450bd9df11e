import { screen } from "@testing-library/svelte";
import axe from "axe-core";
import { describe, expect, test } from "vitest";

import type { KeyChanges } from "../src/bindings";
import { byId, closed, open } from "./open";
import { busy, problem, updateOf } from "./town";

const settings = (keys: KeyChanges) => ({ ...busy().settings, keys: { ...keys } });
const change = (keys: KeyChanges) => ({ kind: "change", setting: { name: "keys", keys } });

const help = async (keys: KeyChanges = {}) => {
  const view = await open(busy({ settings: settings(keys) }));
  await view.user.keyboard("?");
  await screen.findByRole("dialog", { name: "Keyboard" });
  return view;
};

describe("changing a key", () => {
  test("is pressing another, which does nothing else", async () => {
    const { core, sent, user } = await help();
    await user.click(screen.getByRole("button", { name: "Skip this call: →. Change the key" }));
    expect(screen.getByRole("button", { name: "Press a key for Skip this call" })).toHaveFocus();
    await user.keyboard("z");
    expect(sent).toEqual([change({ skip: "Z" })]);
    expect(core.choosingKey.mock.calls).toEqual([[true], [false]]);
  });

  test("is named as it is written, for those who say what to press", async () => {
    await help();
    expect(byId("action-holdSystem").textContent?.trim()).toBe("Shift H");
    expect(byId("action-holdSystem")).toHaveAccessibleName(/: Shift H\. Change the key$/);
  });

  test("counts for the next one before the core has shown it", async () => {
    const { sent, user } = await help();
    await user.click(byId("action-skip"));
    await user.keyboard("z");
    await user.click(byId("action-mute"));
    await user.keyboard("z");
    expect(byId("action-mute")).toHaveAccessibleDescription(/the key for “Skip this call”/);
    await user.keyboard("{Shift>}z{/Shift}");
    expect(sent).toEqual([change({ skip: "Z" }), change({ skip: "Z", mute: "Shift+Z" })]);
  });

  test("works once it is there, in the window, its tooltips and for screen readers", async () => {
    const { sent, tell, user } = await help();
    await user.keyboard("{Escape}");
    await closed("dialog");
    await tell(updateOf(101, { kind: "settingsChanged", settings: settings({ mute: "Z", hold: null }) }));
    await user.keyboard("mhz");
    expect(sent).toEqual([{ kind: "mute", on: true }]);
    expect(byId("mute")).toHaveAttribute("title", "Mute (Z)");
    expect(byId("mute")).toHaveAttribute("aria-keyshortcuts", "Z");
    expect(byId("hold-talkgroup")).not.toHaveAttribute("aria-keyshortcuts");
    expect(byId("hold-talkgroup").querySelector("kbd")).toBeNull();
    await user.keyboard("{Control>}k{/Control}mute");
    expect(await screen.findByTestId("command")).toHaveTextContent(/Mute\s*Z/);
  });

  test("can be done from the keyboard alone, Space too, which does not begin another choice", async () => {
    const { sent, user } = await help({ pause: null });
    byId("action-live").focus();
    await user.keyboard(" ");
    await user.keyboard(" ");
    expect(sent).toEqual([change({ pause: null, live: "Space" })]);
    expect(byId("action-live")).toHaveFocus();
    expect(byId("action-live")).toHaveAccessibleName(/Space\. Change the key$/);
  });

  test.each([
    ["m", "That is the key for “Mute or unmute”. Choose another, or take it away there first."],
    ["{Control>}c{/Control}", "That key is for editing text. Choose another."],
    ["{Enter}", "That key moves through the window and presses what is in it. Choose another."],
    ["{Alt>}x{/Alt}", "That key belongs to the system. Choose another."],
  ])("to %s is refused with the reason, and another is waited for", async (keys, why) => {
    const { sent, user } = await help();
    await user.click(byId("action-skip"));
    await user.keyboard(keys);
    expect(byId("action-skip")).toHaveAccessibleDescription(why);
    expect(byId("keys-said")).toHaveTextContent(why);
    expect(sent).toEqual([]);
    await user.keyboard("z");
    expect(sent).toEqual([change({ skip: "Z" })]);
    expect(screen.queryByTestId("refused-skip")).toBeNull();
  });

  test("to one that is taken in every program is refused, there and here", async () => {
    const global = { ...busy().settings.globalKeys, skip: "Ctrl+KeyJ" };
    const { sent, user } = await open(busy({ settings: { ...settings({}), globalKeys: global } }));
    await user.keyboard("?");
    await user.click(await screen.findByTestId("action-mute"));
    await user.keyboard("{Control>}j{/Control}");
    expect(byId("action-mute")).toHaveAccessibleDescription(/the key for “Skip” in every program/);
    await user.click(byId("key-mute"));
    await user.keyboard("{Control>}k{/Control}");
    expect(byId("key-mute")).toHaveAccessibleDescription(/the key for “All commands”/);
    expect(sent).toEqual([]);
  });

  test("is given up by Escape, which does not close the list, and by going elsewhere", async () => {
    const { core, sent, user } = await help();
    await user.click(byId("action-skip"));
    await user.keyboard("{Escape}");
    expect(screen.getByRole("dialog")).toBeVisible();
    await user.click(byId("action-skip"));
    await user.tab();
    expect(byId("action-skip")).toHaveAccessibleName("Skip this call: →. Change the key");
    expect(sent).toEqual([]);
    expect(core.choosingKey.mock.calls).toEqual([[true], [false], [true], [false]]);
  });

  test("to none is Backspace", async () => {
    const { sent, user } = await help();
    await user.click(byId("action-skip"));
    await user.keyboard("{Backspace}");
    expect(sent).toEqual([change({ skip: null })]);
    expect(byId("action-skip")).toHaveTextContent("Not set");
  });

  test("is undone for one, the focus staying there, and for all", async () => {
    const { sent, user } = await help({ skip: "Z", mute: null, ofLater: "Y" });
    expect(byId("reset-live")).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Skip this call: back to →" }));
    expect(sent).toEqual([change({ mute: null, ofLater: "Y" })]);
    expect(byId("action-skip")).toHaveFocus();
    await user.click(byId("reset-keys"));
    expect(sent[1]).toEqual(change({}));
    await user.click(byId("reset-keys"));
    expect(sent).toHaveLength(2);
    expect(byId("reset-keys")).toHaveFocus();
  });

  test("is not undone where another action has the key now, and which is said", async () => {
    const { sent, user } = await help({ live: "Z", skip: "L" });
    await user.click(byId("reset-live"));
    expect(byId("action-live")).toHaveAccessibleDescription(/the key for “Skip this call”/);
    expect(sent).toEqual([]);
  });

  test("breaks no rule of accessibility, also while one is refused", async () => {
    const { user } = await help({ skip: "Z" });
    await user.click(byId("action-mute"));
    await user.keyboard("z");
    expect(byId("refused-mute")).toBeVisible();
    // Colours are looked at in the real window; nothing is drawn here.
    const options = { rules: { "color-contrast": { enabled: false } } };
    expect((await axe.run(screen.getByRole("dialog"), options)).violations).toEqual([]);
  });

  test("that the core refuses is not shown as done, and why is said", async () => {
    const { refuse, user } = await help();
    refuse(problem("notPossible", "Too many keys."));
    await user.click(byId("action-skip"));
    await user.keyboard("z");
    expect(byId("action-skip")).toHaveAccessibleName(/→\. Change the key$/);
    expect(byId("refused")).toHaveTextContent("Too many keys.");
  });
});

test("keys alone can be switched off: those with Ctrl go on, and only what works is shown", async () => {
  const { sent, tell, user } = await open(busy({ settings: { ...settings({}), shortcuts: false } }));
  await user.keyboard("lmh");
  expect(sent).toEqual([]);
  expect(byId("mute")).toHaveAttribute("title", "Mute");
  expect(byId("palette-button")).toHaveAttribute("title", "All commands (Ctrl K)");
  await user.keyboard("{Control>}{Shift>}k{/Shift}{/Control}");
  expect(sent).toEqual([{ kind: "change", setting: { name: "shortcuts", on: true } }]);
  await tell(updateOf(101, { kind: "settingsChanged", settings: settings({}) }));
  expect(byId("mute")).toHaveAttribute("title", "Mute (M)");
});
