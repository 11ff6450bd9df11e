import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";

import type { Command } from "../src/generated/Command";
import type { Updates } from "../src/generated/Updates";
import type { UpdateStage } from "../src/generated/UpdateStage";
import { isTold } from "../src/updates/told";
import UpdateNotice from "../src/updates/UpdateNotice.svelte";
import { problem } from "./town";

const release = { version: "2.0.0", notes: "Fewer silences.\n<img src=x onerror=alert(1)>" };
const failed = (retry: "no" | "now", known: boolean, asked = true): UpdateStage => ({
  kind: "failed",
  problem: { ...problem("updateFailed", "It was refused."), retry: { kind: retry } },
  release: known ? release : null,
  asked,
});

function show(stage: UpdateStage, choice: Updates = "notify") {
  const sent: Command[] = [];
  const oninstall = vi.fn();
  const onlook = vi.fn();
  const props = {
    choice,
    wish: async (command: Command) => {
      sent.push(command);
      return true;
    },
    oninstall,
    onlook,
  };
  const view = render(UpdateNotice, { ...props, update: { running: "1.2.3", stage } });
  const next = (other: UpdateStage) => view.rerender({ update: { running: "1.2.3", stage: other } });
  return { ...view, sent, oninstall, onlook, next, user: userEvent.setup() };
}

const button = (id: string): HTMLElement => screen.getByTestId(id);

describe("a newer Squelch", () => {
  test("is shown with its notes as text and three ways to go on", async () => {
    const { container, sent, oninstall, user } = show({ kind: "available", release });
    expect(screen.getByText("Squelch 2.0.0 is available.")).toBeVisible();
    expect(button("update-notes").textContent).toBe(release.notes);
    expect(container.querySelector("img")).toBeNull();
    await user.click(button("update-now"));
    await user.click(button("update-on-quit"));
    expect(oninstall.mock.calls).toEqual([["quiet"], ["onQuit"]]);
    await user.click(button("update-skip"));
    expect(sent).toEqual([{ kind: "change", setting: { name: "skipUpdate", version: "2.0.0" } }]);
  });

  test("shows how much of it has arrived, also when nobody knows of how much", async () => {
    const coming = { kind: "downloading", release, receivedKb: 4200, time: "quiet" } as const;
    const { next } = show({ ...coming, totalKb: 8400 });
    expect(screen.getByText(/4\.2 MB/)).toBeVisible();
    expect(screen.getByRole("progressbar")).toHaveAttribute("max", "8400");
    await next({ ...coming, totalKb: null });
    expect(screen.getByRole("progressbar")).not.toHaveAttribute("value");
  });

  test("waits for the call, unless somebody does not want to", async () => {
    const { oninstall, user } = show({ kind: "ready", release, time: "quiet" });
    expect(screen.getByText(/when this call has ended/)).toBeVisible();
    await user.click(button("update-at-once"));
    expect(oninstall).toHaveBeenCalledWith("atOnce");
  });

  test("for the end of Squelch can be had at once after all", async () => {
    const { oninstall, user } = show({ kind: "ready", release, time: "onQuit" }, "automatic");
    expect(screen.getByText(/when you quit/)).toBeVisible();
    await user.click(button("update-now"));
    expect(oninstall).toHaveBeenCalledWith("quiet");
  });

  test.each(["quiet", "onQuit"] as const)("that waits (%s) can still be refused", async (time) => {
    const { sent, user } = show({ kind: "ready", release, time });
    await user.click(button("update-skip"));
    expect(sent).toEqual([{ kind: "change", setting: { name: "skipUpdate", version: "2.0.0" } }]);
  });

  test("that is installed starts after the call, unless somebody does not want to wait", async () => {
    const { oninstall, user } = show({ kind: "installed", release });
    expect(screen.getByText(/is installed and starts when this call has ended/)).toBeVisible();
    expect(screen.queryByTestId("update-skip")).toBeNull();
    await user.click(button("update-at-once"));
    expect(oninstall).toHaveBeenCalledWith("atOnce");
  });

  test("is read out when it is there, but not with every hundredth that arrives", async () => {
    const { next } = show({ kind: "available", release });
    expect(button("update")).toHaveAttribute("aria-live", "polite");
    await next({ kind: "downloading", release, receivedKb: 1, totalKb: 2, time: "quiet" });
    expect(button("update")).toHaveAttribute("aria-live", "off");
    await next({ kind: "ready", release, time: "quiet" });
    expect(button("update")).toHaveAttribute("aria-live", "polite");
  });

  test("that was taken away stays away until something happens", async () => {
    const { next, user } = show({ kind: "available", release });
    await user.click(button("update-dismiss"));
    expect(button("update")).not.toBeVisible();
    await next({ kind: "ready", release, time: "onQuit" });
    expect(button("update")).toBeVisible();
  });
});

describe("a refusal", () => {
  test("is shown in its own words, without a button that would not help", () => {
    show(failed("no", true));
    expect(button("update-problem")).toHaveTextContent("It was refused.");
    expect(screen.queryByTestId("update-again")).toBeNull();
  });

  test.each([
    [true, "oninstall"],
    [false, "onlook"],
  ] as const)("of a known version (%s) is tried again from where it failed", async (known, called) => {
    const shown = show(failed("now", known));
    await shown.user.click(button("update-again"));
    expect(shown[called]).toHaveBeenCalledOnce();
  });
});

test.each([
  [{ kind: "resting" }, "notify", false],
  [{ kind: "notOffered", why: "Flatpak updates it." }, "notify", false],
  [{ kind: "checking", asked: false }, "notify", false],
  [{ kind: "checking", asked: true }, "notify", true],
  [{ kind: "newest", asked: false }, "notify", false],
  [{ kind: "newest", asked: true }, "off", true],
  [{ kind: "downloading", release, receivedKb: 0, totalKb: null, time: "onQuit" }, "automatic", false],
  [{ kind: "downloading", release, receivedKb: 0, totalKb: null, time: "onQuit" }, "notify", true],
  [{ kind: "downloading", release, receivedKb: 0, totalKb: null, time: "quiet" }, "automatic", true],
  [{ kind: "installing", release }, "automatic", true],
  [{ kind: "installed", release }, "automatic", true],
  [failed("now", false, false), "notify", false],
  [failed("now", false, true), "notify", true],
] as [UpdateStage, Updates, boolean][])("%j with updates on %s is told: %s", (stage, choice, told) => {
  expect(isTold(stage, choice)).toBe(told);
});
