// Presets of talkgroups, and what becomes of talkgroups that a server adds.
import { screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, test, vi } from "vitest";

import type { PresetView } from "../src/generated/PresetView";
import { isPresetName, presetName, presetOf } from "../src/talkgroups/presets";
import { byId, closed, open, openSettings } from "./open";
import { room } from "./room";
import { busy, problem, selection, updateOf } from "./town";

room();

const preset = (id: number, name: string, active = false): PresetView => ({ id, name, active });
const presets = [preset(1, "Morning"), preset(2, "Fire only", true), preset(3, "<b>Night</b>")];

/** The window with the panel and its menu of presets open. */
async function opened(some = presets) {
  const window = await open(busy({ selection: selection({ presets: some }) }));
  await window.user.click(byId("talkgroups"));
  await window.user.click(byId("presets"));
  await screen.findByTestId("save-preset");
  return window;
}
const managed = (): string[] => screen.getAllByTestId("managed-preset").map((one) => one.textContent?.trim() ?? "");

describe("a preset's name", () => {
  test.each([
    ["Night", true],
    ["  Night ", true],
    ["", false],
    ["   ", false],
    ["x".repeat(60), true],
    ["x".repeat(61), false],
    ["🚒".repeat(60), true],
    ["🚒".repeat(61), false],
  ])("%j is one: %s", (name, is) => {
    expect(isPresetName(name)).toBe(is);
  });

  test("is known without the blanks around it", () => {
    expect(presetName("  Fire only ")).toBe("Fire only");
    expect(presetOf(presets, " Fire only")).toBe(presets[1]);
    expect(presetOf(presets, "fire only")).toBeNull();
  });
});

describe("presets", () => {
  test("are applied from their menu, which ticks the one that is chosen now and says what they are", async () => {
    const { sent, user } = await opened();
    expect(byId("presets")).toHaveAccessibleName("Fire only (Presets)");
    const items = screen.getAllByTestId("preset");
    expect(items.map((one) => [one.textContent?.trim(), one.getAttribute("aria-checked")])).toEqual([
      ["Morning", "false"],
      ["Fire only", "true"],
      ["<b>Night</b>", "false"],
    ]);
    expect(screen.getByText(/^A preset is what is switched on and held now/)).toBeInTheDocument();
    await user.click(items[0]!);
    expect(sent).toEqual([{ kind: "applyPreset", id: 1 }]);
  });

  test("are saved under a name; the same name is replaced", async () => {
    const { sent, tell, user } = await opened();
    await user.click(byId("save-preset"));
    await screen.findByRole("dialog", { name: "Presets" });
    await vi.waitFor(() => expect(byId("preset-name")).toHaveFocus());
    expect(byId("save-preset-now")).toBeDisabled();
    await user.type(byId("preset-name"), " Fire only");
    expect(screen.getByText("This replaces the preset of the same name.")).toBeVisible();
    expect(byId("save-preset-now")).toHaveTextContent("Replace");
    await user.type(byId("preset-name"), " 2 {Enter}");
    expect(sent).toEqual([{ kind: "savePreset", name: "Fire only 2" }]);
    await closed("dialog");
    await vi.waitFor(() => expect(byId("presets")).toHaveFocus());
    const named = selection({ presets: [preset(4, "Fire only 2", true)] });
    await tell(updateOf(101, { kind: "selectionChanged", selection: named }));
    expect(byId("presets")).toHaveAccessibleName("Fire only 2 (Presets)");
  });

  test("have a key of their own, which opens them in their place; closed with it they stay closed", async () => {
    const { user } = await open(busy({ selection: selection({ presets }) }));
    await user.keyboard("{Shift>}t{/Shift}");
    const menu = (await screen.findByTestId("save-preset")).closest("[role=menu]")!;
    await vi.waitFor(() => expect(menu.contains(document.activeElement)).toBe(true));
    await user.keyboard("{Escape}");
    await vi.waitFor(() => expect(screen.queryByTestId("save-preset")).toBeNull());
    await vi.waitFor(() => expect(byId("talkgroups-search")).toHaveFocus());
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("talkgroups-panel")).toBeNull();
    await user.keyboard("t");
    expect(byId("talkgroups-panel")).toBeVisible();
    expect(screen.queryByTestId("save-preset")).toBeNull();
  });

  test("that are refused say why, and nothing typed is lost", async () => {
    const { refuse, user } = await opened([]);
    expect(screen.queryByTestId("manage-presets")).toBeNull();
    refuse(problem("notPossible", "There are fifty presets already. Remove one first."));
    await user.click(byId("save-preset"));
    await user.type(await screen.findByTestId("preset-name"), "One more{Enter}");
    expect(within(byId("presets-dialog")).getByTestId("refused")).toHaveTextContent("fifty presets");
    expect(byId("preset-name")).toHaveValue("One more");
  });

  test("are renamed, with Escape leaving the old name", async () => {
    const { sent, user } = await opened();
    await user.click(byId("manage-presets"));
    await screen.findByTestId("presets-dialog");
    expect(managed()).toEqual(["Morning", "Fire only", "<b>Night</b>"]);
    await user.click(screen.getByRole("button", { name: "Rename Morning" }));
    await tick();
    const field = byId("preset-new-name");
    expect(field).toHaveFocus();
    await user.type(field, "x{Escape}");
    expect(screen.queryByTestId("preset-new-name")).toBeNull();
    expect(byId("presets-dialog")).toBeVisible();
    await vi.waitFor(() => expect(screen.getByRole("button", { name: "Rename Morning" })).toHaveFocus());
    await user.keyboard("{Enter}");
    await user.clear(byId("preset-new-name"));
    await user.type(byId("preset-new-name"), "Dawn{Enter}");
    expect(sent).toEqual([{ kind: "renamePreset", id: 1, name: "Dawn" }]);
  });

  test("are removed at the second press, and the focus goes to the next", async () => {
    const { sent, tell, user } = await opened();
    await user.click(byId("manage-presets"));
    await screen.findByTestId("presets-dialog");
    await user.click(screen.getByRole("button", { name: "Remove Morning" }));
    expect(sent).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Remove Morning for good?" }));
    expect(sent).toEqual([{ kind: "removePreset", id: 1 }]);
    await vi.waitFor(() => expect(screen.getByRole("button", { name: "Remove Fire only" })).toHaveFocus());
    const rest = selection({ presets: presets.slice(1) });
    await tell(updateOf(101, { kind: "selectionChanged", selection: rest }));
    expect(managed()).toEqual(["Fire only", "<b>Night</b>"]);
    expect(screen.getByRole("button", { name: "Remove Fire only" })).toHaveFocus();
  });
});

test("what becomes of new talkgroups is chosen in the settings, with a sentence", async () => {
  const { sent, tell, user } = await open(busy());
  await openSettings({ user });
  expect(byId("what-new-talkgroups")).toHaveTextContent("switched on like any other");
  await user.click(screen.getByText("Hear them and ask"));
  expect(sent).toEqual([{ kind: "change", setting: { name: "newTalkgroups", choice: "ask" } }]);
  const settings = { ...busy().settings, newTalkgroups: "ask" } as const;
  await tell(updateOf(101, { kind: "settingsChanged", settings }));
  expect(byId("what-new-talkgroups")).toHaveTextContent("marked as new until you keep it");
  expect(byId("new-talkgroups-ask")).toBeChecked();
});
