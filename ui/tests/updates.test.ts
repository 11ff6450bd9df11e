import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";

import type { Command } from "../src/generated/Command";
import type { UpdateStage } from "../src/generated/UpdateStage";
import type { UpdateTime } from "../src/generated/UpdateTime";
import { isTold } from "../src/updates/told";
import UpdateNotice from "../src/updates/UpdateNotice.svelte";
import { problem } from "./town";

const release = { version: "2.0.0", notes: "Fewer silences.\n<img src=x onerror=alert(1)>" };
const failed = (retry: "no" | "now", known: boolean, asked = true, time: UpdateTime = "quiet"): UpdateStage => ({
  kind: "failed",
  problem: { ...problem("updateFailed", "It was refused."), retry: { kind: retry } },
  release: known ? release : null,
  time,
  asked,
});

function show(stage: UpdateStage) {
  const sent: Command[] = [];
  const oninstall = vi.fn();
  const onlook = vi.fn();
  const props = {
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
    expect(button("update-notes").textContent?.trim()).toBe(release.notes);
    expect(container.querySelector("img")).toBeNull();
    await user.click(button("update-now"));
    await user.click(button("update-on-quit"));
    expect(oninstall.mock.calls).toEqual([["quiet"], ["onQuit"]]);
    await user.click(button("update-skip"));
    expect(sent).toEqual([{ kind: "change", setting: { name: "skipUpdate", version: "2.0.0" } }]);
  });

  test("shows how much of it has arrived, also when nobody knows of how much", async () => {
    const coming = { kind: "downloading", release, receivedKb: 4200, time: "quiet", asked: true } as const;
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
    const { oninstall, user } = show({ kind: "ready", release, time: "onQuit" });
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
    await next({ kind: "downloading", release, receivedKb: 1, totalKb: 2, time: "quiet", asked: true });
    expect(button("update")).toHaveAttribute("aria-live", "off");
    await next({ kind: "ready", release, time: "quiet" });
    expect(button("update")).toHaveAttribute("aria-live", "polite");
  });

  test("that was taken away stays away until something happens", async () => {
    const { next, user } = show({ kind: "available", release });
    await user.click(button("update-dismiss"));
    expect(button("update")).not.toBeVisible();
    const ready = { kind: "ready", release, time: "onQuit" } as const;
    await next(ready);
    expect(button("update")).toBeVisible();
    await user.click(button("update-dismiss"));
    expect(button("update")).not.toBeVisible();
    // Somebody has asked, and is told the same again.
    await next(ready);
    expect(button("update")).toBeVisible();
  });
});

describe("what is new", () => {
  test.each([
    { kind: "available", release },
    { kind: "downloading", release, receivedKb: 0, totalKb: null, time: "quiet", asked: true },
    { kind: "ready", release, time: "onQuit" },
    { kind: "ready", release, time: "quiet" },
    { kind: "installing", release },
    { kind: "installed", release },
    failed("now", true),
  ] as UpdateStage[])("can be read while it is %j", (stage) => {
    show(stage);
    expect(button("update-notes")).toHaveTextContent("Fewer silences.");
  });

  test("can be scrolled by keys", async () => {
    const { user } = show({ kind: "available", release });
    await user.click(screen.getByText("What is new"));
    const notes = screen.getByRole("region", { name: "What is new" });
    // The window's own keys leave what scrolls alone.
    expect(notes).toHaveAttribute("data-scrolls");
    notes.focus();
    expect(notes).toHaveFocus();
  });

  test.each([{ kind: "available", release: { ...release, notes: null } }, failed("now", false)] as UpdateStage[])(
    "is not promised where nobody says it: %j",
    (stage) => {
      show(stage);
      expect(screen.queryByText("What is new")).toBeNull();
    },
  );
});

describe("a refusal", () => {
  test("is shown in its own words, without a button that would not help", () => {
    show(failed("no", true));
    expect(button("update-problem")).toHaveTextContent("It was refused.");
    expect(screen.queryByTestId("update-again")).toBeNull();
  });

  test.each(["quiet", "onQuit"] as const)("of a known version is tried again for the same time: %s", async (time) => {
    const { oninstall, user } = show(failed("now", true, true, time));
    await user.click(button("update-again"));
    expect(oninstall.mock.calls).toEqual([[time]]);
  });

  test("of an unknown version is looked for again", async () => {
    const { onlook, user } = show(failed("now", false));
    await user.click(button("update-again"));
    expect(onlook).toHaveBeenCalledOnce();
  });
});

test.each([
  [{ kind: "resting" }, false],
  [{ kind: "notOffered", why: "Flatpak updates it." }, false],
  [{ kind: "checking", asked: false }, false],
  [{ kind: "checking", asked: true }, true],
  [{ kind: "newest", asked: false }, false],
  [{ kind: "newest", asked: true }, true],
  [{ kind: "downloading", release, receivedKb: 0, totalKb: null, time: "onQuit", asked: false }, false],
  [{ kind: "downloading", release, receivedKb: 0, totalKb: null, time: "onQuit", asked: true }, true],
  [{ kind: "installing", release }, true],
  [{ kind: "installed", release }, true],
  [failed("now", false, false), false],
  [failed("now", false, true), true],
] as [UpdateStage, boolean][])("%j is told: %s", (stage, told) => {
  expect(isTold(stage)).toBe(told);
});
