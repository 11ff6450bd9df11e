// Settings as a file, and the folder for saved calls.
import axe from "axe-core";
import { screen, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";

import type { ImportSummary } from "../src/generated/ImportSummary";
import { byId, open, openSettings } from "./open";
import { busy, problem, updateOf } from "./town";

const summary = (change: Partial<ImportSummary> = {}): ImportSummary => ({
  id: 4,
  file: "squelch.json",
  settings: 12,
  presets: 3,
  servers: 1,
  fresh: [],
  talkgroups: 0,
  unknown: [],
  moreUnknown: 0,
  ...change,
});

async function sheet() {
  const window = await open(busy());
  await openSettings(window);
  return window;
}

describe("an export", () => {
  test("is written where the system's dialog says, and its name is said", async () => {
    const { core, user } = await sheet();
    await user.click(byId("export-button"));
    expect(core.exportSettings).toHaveBeenCalledExactlyOnceWith("Save the settings as a file");
    await vi.waitFor(() => expect(byId("export-note")).toHaveTextContent("Saved as squelch.json."));
    expect(byId("settings-found")).toHaveTextContent("Saved as squelch.json.");
  });

  test("that somebody thinks better of leaves no word", async () => {
    const { core, user } = await sheet();
    core.exportSettings.mockResolvedValue(null);
    await user.click(byId("export-button"));
    await vi.waitFor(() => expect(byId("export-button")).toBeEnabled());
    expect(screen.queryByTestId("export-note")).toBeNull();
  });

  test("waits for one dialog at a time, and says why it failed", async () => {
    const { core, user } = await sheet();
    let refuse: (why: unknown) => void = () => undefined;
    core.exportSettings.mockImplementation(() => new Promise((_, reject) => (refuse = reject)));
    await user.click(byId("export-button"));
    expect(byId("export-button")).toBeDisabled();
    expect(byId("import")).toBeDisabled();
    refuse(problem("fileNotMade", "It could not be written."));
    await vi.waitFor(() => expect(byId("refused")).toHaveTextContent("It could not be written."));
    expect(byId("import")).toBeEnabled();
  });
});

describe("an import", () => {
  test("is looked at before anything is changed, and used as a whole", async () => {
    const { core, sent, user } = await sheet();
    core.readSettings.mockResolvedValue(summary());
    await user.click(byId("import"));
    const shown = await screen.findByTestId("import-summary");
    await expect.poll(() => document.activeElement).toBe(shown);
    expect(shown).toHaveTextContent("In squelch.json:");
    expect(
      within(shown)
        .getAllByRole("listitem")
        .map((one) => one.textContent),
    ).toEqual(["12 settings", "3 presets", "1 server", "0 choices of how talkgroups are heard or told of"]);
    expect(screen.queryByTestId("import-fresh")).toBeNull();
    expect(sent).toEqual([]);
    await user.click(byId("import-take"));
    expect(sent).toEqual([{ kind: "import", id: 4 }]);
    await vi.waitFor(() => expect(byId("import-came")).toHaveTextContent("These settings hold now."));
    expect(screen.queryByTestId("import-summary")).toBeNull();
    await expect.poll(() => document.activeElement).toBe(byId("import"));
  });

  test("names the servers that would be new, and what is left out", async () => {
    const { core, user } = await sheet();
    const unknown = ["settings.font", "<b>x</b>"];
    core.readSettings.mockResolvedValue(summary({ fresh: ["https://there.example.org"], unknown, moreUnknown: 2 }));
    await user.click(byId("import"));
    expect(await screen.findByTestId("import-fresh")).toHaveTextContent("https://there.example.org");
    expect(byId("import-left-out")).toHaveTextContent("settings.font, <b>x</b> and 2 more");
    const rules = { "color-contrast": { enabled: false }, region: { enabled: false } };
    expect((await axe.run(byId("settings-sheet"), { rules })).violations).toEqual([]);
  });

  test("can be left, and nothing is sent", async () => {
    const { core, sent, user } = await sheet();
    core.readSettings.mockResolvedValue(summary());
    await user.click(byId("import"));
    await user.click(await screen.findByTestId("import-leave"));
    expect(screen.queryByTestId("import-summary")).toBeNull();
    await expect.poll(() => document.activeElement).toBe(byId("import"));
    expect(sent).toEqual([]);
  });

  test("says why a file cannot be had, and why it was not used after all", async () => {
    const { core, refuse, user } = await sheet();
    core.readSettings.mockRejectedValueOnce(problem("fileNotTaken", "This file has no settings of Squelch in it."));
    await user.click(byId("import"));
    await vi.waitFor(() => expect(byId("refused")).toHaveTextContent("no settings of Squelch"));
    expect(screen.queryByTestId("import-summary")).toBeNull();
    core.readSettings.mockResolvedValue(summary());
    await user.click(byId("import"));
    await screen.findByTestId("import-summary");
    refuse(problem("notPossible", "Choose the file again."));
    await user.click(byId("import-take"));
    await vi.waitFor(() => expect(byId("refused")).toHaveTextContent("Choose the file again."));
    expect(byId("import-summary")).toBeVisible();
  });

  test("can be taken back as long as the core can, also after the settings were closed", async () => {
    const { sent, tell, user } = await sheet();
    expect(screen.queryByTestId("import-undo")).toBeNull();
    const { settings } = busy();
    await tell(updateOf(101, { kind: "settingsChanged", settings: { ...settings, importUndo: true } }));
    await user.click(byId("import-undo"));
    expect(sent).toEqual([{ kind: "undoImport" }]);
    await vi.waitFor(() => expect(byId("import-came")).toHaveTextContent("The settings of before hold again."));
    await tell(updateOf(102, { kind: "settingsChanged", settings }));
    expect(screen.queryByTestId("import-undo")).toBeNull();
  });
});

describe("the folder for saved calls", () => {
  test("is shown, opened, chosen by the system's dialog, and the usual one again", async () => {
    const { core, user } = await sheet();
    await screen.findByTestId("line-saved");
    expect(byId("line-saved")).toHaveTextContent("Downloads/Squelch");
    expect(byId("saved-reset")).toBeDisabled();
    await user.click(byId("saved-open"));
    expect(core.showSaved).toHaveBeenCalledOnce();
    core.savedFolder.mockResolvedValue({ folder: "/media/usb/calls", chosen: true });
    await user.click(byId("saved-choose"));
    expect(core.chooseSavedFolder).toHaveBeenCalledExactlyOnceWith("Folder for saved calls");
    await vi.waitFor(() => expect(byId("line-saved")).toHaveTextContent("/media/usb/calls"));
    await user.click(byId("saved-reset"));
    expect(core.resetSavedFolder).toHaveBeenCalledOnce();
  });

  test("that is gone, or may not be written to, says what to do", async () => {
    const { core, user } = await sheet();
    await screen.findByTestId("line-saved");
    core.chooseSavedFolder.mockRejectedValue(problem("notWritten", "Squelch cannot write into this folder."));
    await user.click(byId("saved-choose"));
    await vi.waitFor(() => expect(byId("refused")).toHaveTextContent("cannot write"));
    core.showSaved.mockRejectedValue(problem("notPossible", "The folder is not there. Connect its drive."));
    await user.click(byId("saved-open"));
    await vi.waitFor(() => expect(byId("refused")).toHaveTextContent("Connect its drive."));
  });
});
