// Calls of the archive, page by page, and what happens to them meanwhile.
import { describe, expect, test, vi } from "vitest";

import type { FoundPage } from "../src/generated/FoundPage";
import { Found, MOST_FOUND } from "../src/search/found.svelte";
import { after } from "../src/search/rows";
import { Sayings } from "../src/search/sayings.svelte";
import { ALL, elsewhere, isNarrowed, questionOf } from "../src/search/wanted";
import { archived, page, problem, row } from "./town";

const settled = async (): Promise<void> => {
  for (let i = 0; i < 6; i += 1) await Promise.resolve();
};
const calls = (found: Found): number[] => found.rows.map(({ key }) => 10_000 - key.call);

describe("found calls", () => {
  test("come page by page, each once, until there are no more", async () => {
    const found = new Found();
    const fetch = vi
      .fn<(after: string | null) => Promise<FoundPage>>()
      .mockResolvedValueOnce(page(0, 3, { next: "a", total: 5 }))
      .mockResolvedValueOnce(page(2, 3, { next: null, total: 5 }));
    await found.ask("x", fetch);
    expect([found.more, found.total]).toEqual([true, 5]);
    await found.fetchMore();
    expect(calls(found)).toEqual([0, 1, 2, 3, 4]);
    expect(found.more).toBe(false);
    await found.fetchMore();
    expect(fetch.mock.calls).toEqual([[null], ["a"]]);
  });

  test("of an older question are not shown", async () => {
    const found = new Found();
    let late: (page: FoundPage) => void = () => undefined;
    void found.ask("old", () => new Promise((come) => (late = come)));
    await found.ask("new", async () => page(10, 1));
    late(page(0, 5));
    await settled();
    expect(calls(found)).toEqual([10]);
    void found.ask("cancelled", () => new Promise((come) => (late = come)));
    expect(found.cancel()).toBe(true);
    late(page(0, 5));
    await settled();
    expect(calls(found)).toEqual([10]);
    expect(found.asking).toBe("nothing");
  });

  test("of a page that came for the question before are not put below the new ones", async () => {
    const found = new Found();
    let late: (page: FoundPage) => void = () => undefined;
    await found.ask("old", async (after) =>
      after === null ? page(0, 2, { next: "a" }) : new Promise((come) => (late = come)),
    );
    void found.fetchMore();
    await found.ask("new", async () => page(20, 1));
    late(page(2, 2));
    await settled();
    expect(calls(found)).toEqual([20]);
  });

  test("stay when the same question fails, and go when another does", async () => {
    const found = new Found();
    const why = problem("linkLost", "No link.");
    await found.ask("x", async () => page(0, 2));
    await found.ask("x", () => Promise.reject(why));
    expect([found.rows.length, found.problem]).toEqual([2, why]);
    await found.ask("y", () => Promise.reject(why));
    expect([found.rows.length, found.more, found.total]).toEqual([0, false, null]);
  });

  test("go on from the page that did not come", async () => {
    const found = new Found();
    const fetch = vi
      .fn<(after: string | null) => Promise<FoundPage>>()
      .mockResolvedValueOnce(page(0, 1, { next: "a" }))
      .mockRejectedValueOnce(problem("linkLost", "No link."))
      .mockResolvedValueOnce(page(1, 1));
    await found.ask("x", fetch);
    await found.fetchMore();
    expect([found.problem?.code, found.more]).toEqual(["linkLost", true]);
    await found.fetchMore();
    expect(calls(found)).toEqual([0, 1]);
    expect(fetch.mock.calls).toEqual([[null], ["a"], ["a"]]);
    expect(found.problem).toBeNull();
  });

  test("that do not come page after page are not asked for without end", async () => {
    const found = new Found();
    await found.ask("x", async () => page(0, 0, { next: "a" }));
    await found.fetchMore();
    await found.fetchMore();
    expect(found.stalled).toBe(false);
    await found.fetchMore();
    expect([found.stalled, found.more]).toEqual([true, true]);
  });

  test("are so many at most", async () => {
    const found = new Found();
    await found.ask("x", async (after) => page(Number(after ?? 0), 500, { next: String(Number(after ?? 0) + 500) }));
    await found.fetchMore();
    expect([found.rows.length, found.more]).toEqual([MOST_FOUND, false]);
  });

  test("change with what is told of them, whether or not they are in the feed", () => {
    const [one, two] = [archived(1), archived(2)];
    const said = { text: "Hello.", segments: [] };
    const rows = [one, two];
    const playing = { ...two, state: { kind: "playing" } as const };
    expect(after(rows, { kind: "rowChanged", row: playing })[1]).toEqual(playing);
    expect(after(rows, { kind: "rowsAdded", rows: [playing, row(3)] })).toEqual([one, playing]);
    expect(after(rows, { kind: "bookmarked", call: one.key, on: true })[0]).toEqual({ ...one, bookmarked: true });
    const withWords = after(rows, { kind: "transcriptAdded", call: two.key, transcript: said });
    expect(withWords[1]?.transcript).toEqual(said);
    expect(after(withWords, { kind: "rowChanged", row: playing })[1]).toEqual({ ...playing, transcript: said });
    const elsewhere = { server: 2, call: one.key.call };
    expect(after(rows, { kind: "bookmarked", call: elsewhere, on: true })).toBe(rows);
    expect(after(rows, { kind: "rowsRemoved", calls: [one.key] })).toBe(rows);
  });
});

describe("what was said", () => {
  test("is asked for once, two at a time, the one looked at last first", async () => {
    const answers: (() => void)[] = [];
    const ask = vi.fn(
      () => new Promise<{ transcript: null }>((come) => answers.push(() => come({ transcript: null }))),
    );
    const sayings = new Sayings(ask);
    for (const n of [1, 2, 3, 4, 1]) sayings.want(archived(n));
    expect(ask).toHaveBeenCalledTimes(2);
    answers[0]!();
    await settled();
    expect(ask).toHaveBeenLastCalledWith(archived(4).key);
    expect(sayings.of(archived(1))).toBe("none");
    sayings.drop();
    answers[1]!();
    answers[2]!();
    await settled();
    expect(ask).toHaveBeenCalledTimes(3);
    expect(sayings.of(archived(3))).toBeNull();
  });

  test("is asked for again only if that failed and somebody wants it", async () => {
    const ask = vi.fn(async (): Promise<{ transcript: null }> => Promise.reject(problem("linkLost", "No link.")));
    const sayings = new Sayings(ask);
    sayings.want(archived(1));
    await settled();
    expect(sayings.of(archived(1))).toBe("failed");
    sayings.want(archived(1));
    expect(ask).toHaveBeenCalledTimes(1);
    sayings.want(archived(1), true);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test("is not asked for where the call has it", () => {
    const ask = vi.fn(async () => ({ transcript: null }));
    const transcript = { text: "Hello.", segments: [] };
    const sayings = new Sayings(ask);
    sayings.want(archived(1, { transcript }));
    expect(ask).not.toHaveBeenCalled();
    expect(sayings.of(archived(1, { transcript }))).toBe(transcript);
  });
});

describe("a question", () => {
  test("is what is set, without blanks around the words", () => {
    expect(questionOf({ ...ALL, text: "  alarm ", systems: [7] }, 2)).toEqual({
      query: {
        server: 2,
        transcript: "alarm",
        systems: [7],
        talkgroups: [],
        groups: [],
        tags: [],
        fromMs: null,
        toMs: null,
        bookmarkedOnly: false,
        oldestFirst: false,
        here: false,
        unheardOnly: false,
      },
    });
  });

  test.each([
    [{ from: { day: "2026-13-01", time: "" } }, { field: "from", why: "wrongDay" }],
    [{ to: { day: "", time: "10:00" } }, { field: "to", why: "wrongTime" }],
    [
      { from: { day: "2026-10-14", time: "10:00" }, to: { day: "2026-10-14", time: "09:59" } },
      { field: "to", why: "backwards" },
    ],
  ])("with %j is not asked", (change, amiss) => {
    expect(questionOf({ ...ALL, ...change }, 1)).toEqual({ amiss });
  });

  test("of one minute, from and to the same, is one", () => {
    const moment = { day: "2026-10-14", time: "10:00" };
    expect(questionOf({ ...ALL, from: moment, to: moment }, 1)).toHaveProperty("query");
  });

  test("keeps at another server what means something there", () => {
    const wanted = { ...ALL, text: "alarm", systems: [7], groups: ["Fire"], oldestFirst: true };
    expect(elsewhere(wanted)).toEqual({ ...ALL, text: "alarm", oldestFirst: true });
    expect([isNarrowed(wanted), isNarrowed({ ...ALL, text: " ", oldestFirst: true })]).toEqual([true, false]);
  });
});
