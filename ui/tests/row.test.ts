// One call of the feed.
import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test, vi } from "vitest";

import FeedRow from "../src/feed/FeedRow.svelte";
import { words } from "../src/words";
import { open } from "./open";
import { room } from "./room";
import { busy, problem, row, updateOf } from "./town";

describe("a row", () => {
  const props = {
    priority: "normal" as const,
    next: false,
    paused: false,
    fresh: false,
    current: true,
    divided: false,
    position: 3,
    count: 60,
    look: "dark" as const,
    today: "14 Oct",
    time12h: false,
    server: null,
    onplay: vi.fn(),
    onmenu: vi.fn(),
    onbookmark: vi.fn(),
    onfocus: vi.fn(),
  };

  test("shows hostile labels as they are written", () => {
    const hostile = row(1, { title: "<script>alert(1)</script>", system: "<b>bold</b>", color: "red;}" });
    const { container } = render(FeedRow, { ...props, row: hostile });
    expect(screen.getByText("<script>alert(1)</script>")).toBeVisible();
    expect(container.querySelector("script, b")).toBeNull();
  });

  test.each([
    [Date.UTC(1970, 9, 14, 12), /\D1970$/],
    [Date.UTC(2106, 1, 7, 12), /\D2106$/],
    [Date.UTC(new Date().getFullYear() - 1, 9, 14, 12), new RegExp(`\\D${new Date().getFullYear() - 1}$`)],
    [1e300, "–"],
    [-9e15, "–"],
  ])("of another year, %d, is not taken for one of today", (startMs, date) => {
    const { container } = render(FeedRow, { ...props, row: row(1, { startMs, durationMs: 1000 }) });
    expect(container.querySelector(".date")).toHaveTextContent(date);
  });

  test("says its place, its call and what became of it", () => {
    const failed = row(9, { state: { kind: "failed", problem: problem("audioMissing", "No audio there.") } });
    render(FeedRow, { ...props, row: failed });
    const item = screen.getByRole("listitem");
    expect(item).toHaveAttribute("aria-posinset", "3");
    expect(item).toHaveAttribute("aria-setsize", "60");
    expect(item).toHaveAttribute("data-call", "9");
    expect(item).toHaveAttribute("data-state", "failed");
    expect(item).toHaveAccessibleName(/audio not found/);
    expect(screen.getByTitle("No audio there.")).toBeInTheDocument();
  });

  test.each([
    [{ kind: "ready" }, true, "next, ready"],
    [{ kind: "loading" }, true, "next, loading"],
    [{ kind: "waiting" }, true, "next"],
    [{ kind: "ready" }, false, "ready"],
    [{ kind: "notPlayed", why: "tooOld" }, false, "too old"],
    [{ kind: "notPlayed", why: "liveOff" }, false, "live was off"],
    [{ kind: "skipped" }, false, "skipped"],
    [{ kind: "missed" }, false, "missed"],
    [{ kind: "notPlayed", why: "whileAway" }, false, "left out"],
    [{ kind: "notPlayed", why: "leftBehind" }, false, "left out, too far behind"],
  ] as const)("%j, next %s: %s", (state, next, text) => {
    render(FeedRow, { ...props, row: row(1, { state }), next });
    expect(screen.getByText(text)).toBeVisible();
  });

  test("of before says so to everybody", () => {
    render(FeedRow, { ...props, row: row(9, { earlier: true, state: { kind: "unplayed" } }) });
    expect(screen.getByRole("listitem")).toHaveAccessibleName(/, Before you joined$/);
  });

  test("that came late is marked, and one after a gap says so, to everybody", async () => {
    const { rerender } = render(FeedRow, { ...props, row: row(9, { late: true, afterGap: true }) });
    const item = screen.getByRole("listitem");
    expect(item).toHaveAccessibleName(/, late, Calls may be missing here$/);
    expect(screen.getByTestId("row-late")).toBeVisible();
    expect(screen.queryByTestId("row-gap")).toBeNull();
    await rerender({ ...props, row: row(9), gap: "above" as const });
    expect(screen.getByTestId("row-gap")).toHaveTextContent("Calls may be missing here");
    expect(screen.queryByTestId("row-late")).toBeNull();
  });

  test("of another day has its date, one of today only its time", async () => {
    const { rerender } = render(FeedRow, { ...props, row: row(200) });
    const item = screen.getByRole("listitem");
    expect(item).toHaveAccessibleName(/^10:14:21, /);
    await rerender({ ...props, row: row(200), today: "15 Oct" });
    expect(item).toHaveAccessibleName(/^14 Oct 10:14:21, /);
    expect(screen.getByText("14 Oct")).toBeVisible();
  });

  test("is not played by a double click on its menu button", async () => {
    const onplay = vi.fn();
    render(FeedRow, { ...props, row: row(1), onplay });
    await userEvent.setup().dblClick(screen.getByRole("button", { name: "More for Police Main" }));
    expect(onplay).not.toHaveBeenCalled();
  });

  test("is played by its button and by a double click", async () => {
    const onplay = vi.fn();
    render(FeedRow, { ...props, row: row(1), onplay });
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Play Police Main" }));
    await user.dblClick(screen.getByText("Police Main"));
    expect(onplay).toHaveBeenCalledTimes(2);
  });
});

describe("rows in a list", () => {
  room();

  test("that only move on, as all do with every call above them, keep their words", async () => {
    const { tell } = await open(busy());
    const write = vi.spyOn(words.feed, "row");
    await tell(updateOf(101, { kind: "rowsAdded", rows: [row(9_999, { title: "Harbor Patrol", order: 9_999 })] }));
    expect(screen.getAllByTestId("feed-row").length).toBeGreaterThan(2);
    expect(write.mock.calls.map(([, title]) => title)).toEqual(["Harbor Patrol"]);
    write.mockRestore();
  });
});
