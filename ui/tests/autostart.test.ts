import { screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, test, vi } from "vitest";

import { busy, problem } from "./town";
import { byId, open } from "./open";

const settings = async (window: Awaited<ReturnType<typeof open>>) => window.user.click(byId("settings"));

describe("starting at login", () => {
  test("shows what the desktop says whenever the settings are opened", async () => {
    const window = await open(busy());
    await settings(window);
    await vi.waitFor(() => expect(byId("autostart")).toHaveAttribute("aria-checked", "false"));
    window.mirror.settings = false;
    await tick();
    window.core.autostart.mockResolvedValue({ kind: "offered", on: true });
    await settings(window);
    await vi.waitFor(() => expect(byId("autostart")).toHaveAttribute("aria-checked", "true"));
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
    await vi.waitFor(() => expect(screen.getByText("It cannot be written.")).toBeInTheDocument());
    await settings(window);
    await vi.waitFor(() => expect(byId("autostart")).toHaveAttribute("aria-checked", "false"));
  });

  test("is not offered where the desktop does it, and says so", async () => {
    const window = await open(busy());
    window.core.autostart.mockResolvedValue({ kind: "notOffered", why: "A Flatpak cannot." });
    await settings(window);
    await vi.waitFor(() => expect(byId("autostart-elsewhere")).toHaveTextContent("A Flatpak cannot."));
  });
});
