// The timeline: what is next to what, which time is drawn where, and the panel by its keys.
import { screen, waitFor, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, test, vi } from "vitest";

import type { TimelineLane } from "../src/generated/TimelineLane";
import type { TimelineQuery } from "../src/generated/TimelineQuery";
import type { TimelineView } from "../src/generated/TimelineView";
import { Stretch } from "../src/timeline/stretch";
import { extentOf, including, placeOf, rounds, timeAt, zoomed } from "../src/timeline/view";
import { byId, EMPTY, open } from "./open";
import { busy, problem, quiet } from "./town";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const lane = (group: number, name: string): TimelineLane => ({
  group,
  server: 1,
  talkgroup: group,
  name,
  system: "Harbor County P25",
  color: "#ff5d57",
});

/** Calls by the place of their lane, when they began after the beginning of the stretch, how long they are, and what
 * became of them. */
type Call = readonly [lane: number, start: number, length: number, state: string];

function view(calls: readonly Call[], change: Partial<TimelineView> = {}): TimelineView {
  return {
    ...EMPTY,
    lanes: [lane(11, "Fire Dispatch"), lane(12, "Police Main"), lane(13, "Tram Operations")],
    calls: calls.map((_, i) => 100 + i),
    lane: calls.map(([at]) => at),
    starts: calls.map(([, start], i) => start - (calls[i - 1]?.[1] ?? 0)),
    lengths: calls.map(([, , length]) => length),
    states: calls.map(([, , , state]) => state).join(""),
    shapes: calls.map(() => ""),
    ...change,
  };
}

const SOME: readonly Call[] = [
  [0, 0, 4000, "h"],
  [1, 10_000, 60_000, "u"],
  [0, 20_000, 5000, "s"],
  [0, 24_000, 5000, "f"],
  [2, 90_000, 0, "x"],
];

describe("a stretch", () => {
  const stretch = new Stretch(view(SOME), 1_000_000, 1_100_000);
  const named = (call: number) => stretch.find({ server: 1, call })!;

  test("has each call where and when it was", () => {
    expect(stretch.size).toBe(5);
    expect([named(100).start, named(102).start, named(104).start]).toEqual([1_000_000, 1_020_000, 1_090_000]);
    const fates = [100, 101, 102, 103, 104].map((call) => named(call).fate);
    expect(fates).toEqual(["heard", "unheard", "skipped", "filtered", "unavailable"]);
    // One whose length nobody has said is drawn all the same.
    expect([named(104).known, named(104).length > 0]).toEqual([false, true]);
  });

  test("knows what is beside a call, and what is above and below", () => {
    expect(stretch.beside(named(100), 1)).toBe(named(102));
    expect(stretch.beside(named(100), -1)).toBeNull();
    expect(stretch.across(named(103), 1)).toBe(named(101));
    expect(stretch.across(named(101), 1)).toBe(named(104));
    expect(stretch.across(named(104), 1)).toBeNull();
    expect(stretch.across(named(101), -1)).toBe(named(100));
    expect([stretch.end(0, false), stretch.end(0, true)]).toEqual([named(100), named(103)]);
    expect(stretch.newest(1_050_000)).toBe(named(103));
    // A lane without calls is passed over.
    const other = new Stretch(view([[0, 0, 1000, "h"] as const, [2, 500, 1000, "h"] as const]), 0, HOUR);
    expect(other.across(other.find({ server: 1, call: 100 })!, 1)).toBe(other.find({ server: 1, call: 101 }));
  });

  test("gives what can be seen, also of a call that began before", () => {
    expect(stretch.seen(1, 1_060_000, 1_065_000)).toEqual([named(101)]);
    expect(stretch.seen(1, 1_071_000, 1_099_000)).toEqual([]);
    expect(stretch.seen(0, 1_021_000, 1_022_000)).toEqual([named(102)]);
  });

  test("finds what a finger means, and the upper one where two overlap", () => {
    expect(stretch.hit(0, 1_024_500, 0)).toBe(named(103));
    expect(stretch.hit(0, 1_006_000, 3000)).toBe(named(100));
    expect(stretch.hit(0, 1_010_000, 3000)).toBeNull();
  });

  test("is quick with fifty thousand calls", () => {
    const many = Array.from({ length: 50_000 }, (_, i): Call => [i % 3, i * 1700, 3000, "h"]);
    const day = new Stretch(view(many), 0, 24 * HOUR);
    expect(day.seen(1, 12 * HOUR, 12 * HOUR + MINUTE).length).toBeLessThan(20);
    expect(day.nearest(2, 20 * HOUR)?.start).toBeCloseTo(20 * HOUR, -4);
  });
});

describe("the time that is shown", () => {
  const window = { end: 10 * HOUR, span: HOUR, width: 600 };

  test("is drawn from left to right", () => {
    expect(placeOf(window, 9.5 * HOUR)).toBe(300);
    expect(timeAt(window, 600)).toBe(10 * HOUR);
  });

  test("has room for what is in sight of a call, and no more", () => {
    const minute = HOUR / 60;
    const left = window.end - window.span;
    const part = (start: number, minutes: number): unknown => extentOf(window, { start, length: minutes * minute });
    expect(part(left + 10 * minute, 10)).toEqual({ from: 100, size: 100 });
    expect(part(left - 10 * minute, 20)).toEqual({ from: 0, size: 100 });
    expect(part(window.end - 10 * minute, 50)).toEqual({ from: 500, size: 100 });
    expect(part(left + 10 * minute, 0.1)).toEqual({ from: 100, size: 6 });
    expect(part(window.end, 10)).toEqual({ from: 594, size: 6 });
  });

  test("stays where it is under what is looked at when it becomes more or less", () => {
    for (const step of [1, -1] as const) {
      const around = 9.25 * HOUR;
      const after = zoomed(window, step, around);
      expect(placeOf({ ...after, width: 600 }, around)).toBeCloseTo(150);
      expect(after.span).toBe(step > 0 ? 4 * HOUR : HOUR / 4);
    }
    expect(zoomed({ end: 0, span: 24 * HOUR }, 1, 0).span).toBe(24 * HOUR);
    expect(zoomed({ end: 0, span: 2 * MINUTE }, -1, 0).span).toBe(2 * MINUTE);
  });

  test("moves no more than it has to", () => {
    expect(including(window, 9.5 * HOUR)).toBe(window.end);
    expect(including(window, 8 * HOUR)).toBe(8.9 * HOUR);
    expect(including(window, 11 * HOUR)).toBe(11.1 * HOUR);
  });

  test("has round times written on it, some ten", () => {
    for (const span of [2 * MINUTE, HOUR, 24 * HOUR])
      for (const width of [250, 1400]) {
        const times = rounds({ end: 1_800_000_123_456, span, width });
        expect(times.length).toBeGreaterThan(0);
        expect(times.length).toBeLessThanOrEqual(width / 84 + 1.5);
        expect(times.every((time) => time % 10_000 === 0)).toBe(true);
      }
  });
});

describe("the panel", () => {
  const now = 1_800_000_000_000;
  beforeEach(() => {
    vi.spyOn(Date, "now").mockReturnValue(now);
    // jsdom cannot draw; what is drawn is looked at in tests/pictures.
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
    return () => vi.restoreAllMocks();
  });

  /** The last two minutes, wherever they are asked for. */
  const recent = async (query: TimelineQuery): Promise<TimelineView> =>
    view(SOME.map(([at, start, length, state]) => [at, now - 2 * MINUTE - query.fromMs + start, length, state]));

  const opened = async (change: Parameters<typeof busy>[0] = {}) => {
    const window = await open(busy(change));
    window.core.timeline.mockImplementation(recent);
    await window.user.keyboard("j");
    await screen.findByTestId("timeline-call");
    return window;
  };
  const cursor = () => document.querySelector<HTMLElement>("[data-cursor]")!;

  test("opens and closes by its key, its button and Escape, and gives the focus back", async () => {
    const { user } = await opened();
    expect(byId("timeline")).toHaveFocus();
    await user.keyboard("j");
    expect(screen.queryByTestId("timeline")).toBeNull();
    await user.click(byId("timeline-button"));
    expect(byId("timeline-button")).toHaveAttribute("aria-expanded", "true");
    byId("timeline").focus();
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("timeline")).toBeNull();
    await waitFor(() => expect(byId("timeline-button")).toHaveFocus());
  });

  test("names its lanes and the call that the keys are at", async () => {
    await opened();
    expect(screen.getAllByTestId("lane").map((one) => one.textContent?.trim())).toEqual([
      "Fire Dispatch",
      "Police Main",
      "Tram Operations",
    ]);
    expect(cursor()).toHaveAccessibleName(/^Tram Operations, .+, no sound$/);
    expect(byId("timeline-lanes")).toHaveAccessibleName("5 calls");
    expect(byId("timeline-lanes")).toHaveAccessibleDescription(/Enter plays/);
  });

  test("is gone through by keys, which do nothing else meanwhile, and Enter plays from there", async () => {
    const { user, core, sent } = await opened();
    cursor().focus();
    await user.keyboard("{ArrowUp}");
    await waitFor(() => expect(cursor()).toHaveFocus());
    expect(cursor()).toHaveAccessibleName(/^Police Main, .+, 1:00, not heard$/);
    await user.keyboard("{ArrowUp}");
    await waitFor(() => expect(cursor()).toHaveAccessibleName(/^Fire Dispatch/));
    await user.keyboard("{Home}");
    await waitFor(() => expect(cursor().dataset.call).toBe("100"));
    await user.keyboard("{ArrowRight}");
    await waitFor(() => expect(cursor().dataset.call).toBe("102"));
    expect(cursor()).toHaveFocus();
    expect(screen.getAllByTestId("timeline-call").filter((one) => one.tabIndex === 0)).toEqual([cursor()]);
    await user.keyboard("{Enter}");
    expect(core.playOn).toHaveBeenLastCalledWith({ server: 1, call: 102 }, 0, [11, 12, 13]);
    expect(sent).toEqual([]);
  });

  test("plays from a place in a call that is chosen by keys", async () => {
    const { user, core } = await opened();
    cursor().focus();
    await user.keyboard("{ArrowUp}");
    await waitFor(() => expect(cursor().dataset.call).toBe("101"));
    await user.keyboard("{Shift>}{ArrowRight}{ArrowRight}{ArrowRight}{ArrowLeft}{/Shift}");
    expect(cursor()).toHaveAccessibleName(/, from 0:12$/);
    await user.keyboard("{Enter}");
    expect(core.playOn).toHaveBeenLastCalledWith({ server: 1, call: 101 }, 12_000, [11, 12, 13]);
  });

  test("asks for what it shows: more of it from farther away, shapes from close by, and what was before", async () => {
    const { user, core } = await opened();
    const last = () => core.timeline.mock.lastCall![0];
    expect(last().shapes).toBe(true);
    expect(last().fromMs).toBeLessThanOrEqual(now - HOUR);
    await user.click(byId("hours-24"));
    expect(last()).toMatchObject({ shapes: false });
    expect(last().fromMs).toBeLessThanOrEqual(now - 24 * HOUR);
    expect(byId("hours-24")).toHaveAttribute("aria-pressed", "true");
    await user.click(byId("hours-1"));
    expect(last()).toMatchObject({ shapes: true });
    for (let pressed = 0; pressed < 6; pressed += 1) await user.click(byId("earlier"));
    expect(last()).toMatchObject({ shapes: true });
    expect(last().fromMs).toBeLessThan(now - 4 * HOUR);
    // No more than is shown and something beside it, however long ago that was.
    expect(last().toMs).toBeLessThan(now - HOUR);
    expect(byId("to-now")).toHaveAttribute("aria-disabled", "false");
    await user.click(byId("to-now"));
    expect(byId("to-now")).toHaveAttribute("aria-disabled", "true");
    byId("timeline").focus();
    const before = core.timeline.mock.calls.length;
    await user.keyboard("----");
    expect(byId("zoom-out")).toHaveAttribute("aria-disabled", "true");
    expect(core.timeline.mock.calls.length).toBeGreaterThan(before);
  });

  test("says why nothing is there, that there is too much, and what went wrong", async () => {
    const settings = { ...quiet().settings, archive: { on: false, days: 7, megabytes: 2000 } };
    const { core, user } = await open(busy({ settings }));
    core.timeline.mockResolvedValueOnce({ ...EMPTY, isCut: true });
    await user.keyboard("j");
    expect(await screen.findByTestId("timeline-empty")).toBeVisible();
    expect(byId("timeline-cut")).toBeVisible();
    core.timeline.mockRejectedValueOnce(problem("notPossible", "The archive cannot be read."));
    await user.click(byId("hours-24"));
    expect(await within(byId("timeline")).findByRole("alert")).toHaveTextContent("The archive cannot be read.");
    await user.click(within(byId("timeline-off")).getByRole("button"));
    expect(await screen.findByTestId("settings-sheet")).toBeVisible();
  });

  test("says what cannot be played", async () => {
    const { user, core } = await opened();
    core.playOn.mockRejectedValueOnce(problem("notPossible", "This call is gone."));
    cursor().focus();
    await user.keyboard("{Enter}");
    expect(await screen.findByText("This call is gone.")).toBeVisible();
  });

  test("keeps the call that the keys are at when calls come", async () => {
    const { user, core, tell } = await opened();
    cursor().focus();
    await user.keyboard("{ArrowUp}");
    await waitFor(() => expect(cursor().dataset.call).toBe("101"));
    core.timeline.mockImplementation(async (query) => {
      const before = await recent(query);
      return { ...before, states: before.states.replace("u", "h") };
    });
    const asked = core.timeline.mock.calls.length;
    await tell({ kind: "update", update: { revision: 101, events: [{ kind: "rowsAdded", rows: [] }] } });
    await waitFor(() => expect(core.timeline.mock.calls.length).toBeGreaterThan(asked), { timeout: 5000 });
    await waitFor(() => expect(cursor()).toHaveAccessibleName(/, heard$/));
    await tick();
    expect(cursor().dataset.call).toBe("101");
    expect(cursor()).toHaveFocus();
  });
});
