import { screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, test, vi } from "vitest";

import { busy, problem } from "./town";
import { byId, open, openSettings } from "./open";

const settings = async (window: Awaited<ReturnType<typeof open>>) => openSettings(window);

describe("starting at login", () => {
  test("shows what the desktop says whenever the settings are opened", async () => {
    const window = await open(busy());
    await settings(window);
    await vi.waitFor(() => expect(byId("autostart")).not.toBeChecked());
    window.mirror.settings = false;
    await tick();
    await vi.waitFor(() => expect(screen.queryByTestId("settings-sheet")).toBeNull());
    window.core.autostart.mockResolvedValue({ kind: "offered", on: true });
    await settings(window);
    await vi.waitFor(() => expect(byId("autostart")).toBeChecked());
  });

  test("is switched, and what came of it is read again", async () => {
    const window = await open(busy());
    await settings(window);
    await vi.waitFor(() => expect(byId("autostart")).toBeInTheDocument());
    await window.user.click(byId("autostart"));
    expect(window.core.setAutostart).toHaveBeenCalledExactlyOnceWith(true);
    expect(window.core.autostart).toHaveBeenCalledTimes(2);
  });

  test("stays off where it cannot be noted, and says why", async () => {
    const window = await open(busy());
    window.core.setAutostart.mockRejectedValue(problem("notPossible", "It cannot be written."));
    await settings(window);
    await vi.waitFor(() => expect(byId("autostart")).toBeInTheDocument());
    await window.user.click(byId("autostart"));
    await vi.waitFor(() => expect(byId("refused")).toHaveTextContent("It cannot be written."));
    await vi.waitFor(() => expect(byId("autostart")).not.toBeChecked());
  });

  test("is not offered where the desktop does it, and says so", async () => {
    const window = await open(busy());
    window.core.autostart.mockResolvedValue({ kind: "notOffered", why: "A Flatpak cannot." });
    await settings(window);
    await vi.waitFor(() => expect(byId("what-autostart")).toHaveTextContent("A Flatpak cannot."));
  });
});
