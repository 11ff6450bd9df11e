import { describe, expect, test } from "vitest";

import type { Event } from "../src/generated/Event";
import { apply, callName, GAP, MOST_ROWS, type State } from "../src/state";
import { away, busy, onCard, playback, problem, quiet, row, server, snapshotOf, updateOf } from "./town";

const begin = (rows = [row(3), row(2), row(1)], now = 100): State =>
  apply(null, snapshotOf(quiet({ rows, revision: 7 })), now) as State;
const next = (state: State, ...events: Event[]): State =>
  apply(state, updateOf(state.revision + 1, ...events), 500) as State;
const calls = (state: State): number[] => state.rows.map((one) => one.key.call);

describe("revisions", () => {
  test("an update before any snapshot is a gap", () => {
    expect(apply(null, updateOf(1), 0)).toBe(GAP);
  });

  test("only the very next revision follows", () => {
    const state = begin();
    expect(apply(state, updateOf(9), 0)).toBe(GAP);
    expect(apply(state, updateOf(7), 0)).toBe(GAP);
    expect((apply(state, updateOf(8), 0) as State).revision).toBe(8);
  });

  test("a snapshot replaces everything, whatever its revision", () => {
    const state = next(begin(), { kind: "noticeRaised", notice: { id: 1, problem: problem("noSound", "x") } });
    const fresh = apply(state, snapshotOf(quiet({ revision: 2 })), 0) as State;
    expect(fresh).toMatchObject({ revision: 2, rows: [], notices: [] });
  });
});

describe("rows", () => {
  test("are newest first by their place, however they come", () => {
    expect(calls(begin([row(1), row(3), row(2)]))).toEqual([3, 2, 1]);
    const state = next(begin([row(5), row(2)]), { kind: "rowsAdded", rows: [row(1), row(3), row(7)] });
    expect(calls(state)).toEqual([7, 5, 3, 2, 1]);
  });

  test("that are known already are replaced, not doubled", () => {
    const state = next(begin(), { kind: "rowsAdded", rows: [row(2, { title: "again" }), row(4)] });
    expect(calls(state)).toEqual([4, 3, 2, 1]);
    expect(state.rows[2]?.title).toBe("again");
  });

  test("a call that moves up leaves and comes in one update", () => {
    const moved = row(1, { order: 4, earlier: false, state: { kind: "waiting" } });
    const state = next(
      begin(),
      { kind: "rowsRemoved", calls: [moved.key] },
      { kind: "rowsAdded", rows: [moved] },
      { kind: "rowChanged", row: { ...moved, state: { kind: "loading" } } },
    );
    expect(calls(state)).toEqual([1, 3, 2]);
    expect(state.rows[0]?.state.kind).toBe("loading");
  });

  test("the oldest leave when there are too many", () => {
    const many = Array.from({ length: MOST_ROWS }, (_, i) => row(i));
    const state = next(begin(many), { kind: "rowsAdded", rows: [row(MOST_ROWS), row(MOST_ROWS + 1)] });
    expect(state.rows).toHaveLength(MOST_ROWS);
    expect(state.rows[0]?.key.call).toBe(MOST_ROWS + 1);
    expect(state.rows.at(-1)?.key.call).toBe(2);
    expect(begin(Array.from({ length: MOST_ROWS + 50 }, (_, i) => row(i))).rows).toHaveLength(MOST_ROWS);
  });

  test("a change touches its row alone", () => {
    const before = begin();
    const after = next(before, { kind: "rowChanged", row: row(2, { state: { kind: "skipped" } }) });
    expect(after.rows[1]?.state.kind).toBe("skipped");
    expect(after.rows[0]).toBe(before.rows[0]);
    expect(after.rows[2]).toBe(before.rows[2]);
    expect(before.rows[1]?.state.kind).toBe("played");
    expect(after.playback).toBe(before.playback);
  });

  test("a change of a row that has left changes nothing", () => {
    const before = begin();
    expect(next(before, { kind: "rowChanged", row: row(99) }).rows).toBe(before.rows);
  });

  test("the same call number at two servers are two calls", () => {
    const other = row(2, { key: { server: 2, call: 2 }, order: 2.5, title: "other" });
    const state = next(begin(), { kind: "rowsAdded", rows: [other] });
    const gone = next(state, { kind: "rowsRemoved", calls: [{ server: 1, call: 2 }] });
    expect(gone.rows.map((one) => callName(one.key))).toEqual(["1-3", "2-2", "1-1"]);
  });

  test("words reach the feed and the card, and the card's time goes on", () => {
    const shown = apply(null, snapshotOf(busy()), 100) as State;
    const transcript = { text: "new words", segments: [] };
    const state = next(shown, { kind: "transcriptAdded", call: onCard.key, transcript });
    expect(state.rows.find((one) => one.key.call === 200)?.transcript?.text).toBe("new words");
    expect(state.playback.row?.transcript?.text).toBe("new words");
    expect(state.playbackAt).toBe(100);
  });

  test("stay sorted, unique and bounded through any sequence of events", () => {
    let seed = 42;
    const random = (n: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * n);
    };
    let state = begin([]);
    const truth = new Map<number, string>();
    for (let step = 0; step < 3000; step += 1) {
      const n = random(900);
      const title = `t${step}`;
      if (random(4) === 0) {
        truth.delete(n);
        state = next(state, { kind: "rowsRemoved", calls: [{ server: 1, call: n }] });
      } else if (random(2) === 0) {
        truth.set(n, title);
        state = next(state, { kind: "rowsAdded", rows: [row(n, { title })] });
      } else {
        if (truth.has(n)) truth.set(n, title);
        state = next(state, { kind: "rowChanged", row: row(n, { title }) });
      }
    }
    const wanted = [...truth].sort(([a], [b]) => b - a);
    expect(state.rows.map((one) => [one.key.call, one.title])).toEqual(wanted);
  });
});

describe("the rest", () => {
  test("servers keep the user's order and each its moment", () => {
    let state = begin();
    state = next(state, { kind: "serverChanged", server: server({ id: 2, name: "Two" }) });
    state = next(state, { kind: "serverChanged", server: server({ name: "One" }) });
    expect(state.servers.map((one) => one.name)).toEqual(["One", "Two"]);
    expect(state.serversAt.get(1)).toBe(500);
    expect(next(state, { kind: "serverRemoved", server: 1 }).servers.map((one) => one.id)).toEqual([2]);
  });

  test("a playback runs from when it was heard of", () => {
    const state = next(begin(), { kind: "playbackChanged", playback: playback({ positionMs: 5 }) });
    expect(state).toMatchObject({ playbackAt: 500, playback: { positionMs: 5 } });
  });

  test("what was missed is what was said last, and takes nothing else along", () => {
    const before = begin();
    const state = next(before, { kind: "awayChanged", away: away({ calls: 3, durationMs: 9000, skim: 1 }) });
    expect(state.away).toEqual({ calls: 3, durationMs: 9000, skim: 1, gaps: [] });
    expect(state.rows).toBe(before.rows);
    expect(next(state, { kind: "awayChanged", away: away() }).away.calls).toBe(0);
  });

  test("a notice raised again takes the place of the first", () => {
    let state = begin();
    for (const text of ["a", "b"]) {
      state = next(state, { kind: "noticeRaised", notice: { id: 4, problem: problem("noSound", text) } });
    }
    expect(state.notices.map((one) => one.problem.message)).toEqual(["b"]);
    expect(next(state, { kind: "noticeWithdrawn", notice: 4 }).notices).toEqual([]);
  });
});
