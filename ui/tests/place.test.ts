import { describe, expect, test } from "vitest";

import { heldOffset, nearest, ROW, tabStop } from "../src/feed/place";
import type { Row } from "../src/generated/Row";
import { row } from "./town";

const list = (...orders: number[]): Row[] => orders.map((order) => row(order));
/** The orders in sight from `offset` on, for a window of three rows. */
const seen = (rows: readonly Row[], offset: number): number[] =>
  rows.slice(Math.floor(offset / ROW), Math.floor(offset / ROW) + 3).map((one) => one.order);

describe("what is looked at stays put", () => {
  const before = list(9, 8, 7, 6, 5, 4, 3, 2, 1);
  /** Call 5, 4 and 3 are looked at, 5 being cut in half. */
  const at = 4 * ROW + 25;

  const cases: [string, Row[], number[]][] = [
    ["when calls come", list(11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1), [5, 4, 3]],
    ["when one moves up from above", [row(10, { key: row(8).key }), ...list(9, 7, 6, 5, 4, 3, 2, 1)], [5, 4, 3]],
    ["when one moves up from below", [row(10, { key: row(2).key }), ...list(9, 8, 7, 6, 5, 4, 3, 1)], [5, 4, 3]],
    ["when one moves up and others come", [row(12, { key: row(8).key }), ...list(11, 10, 9, 7, 6, 5, 4, 3)], [5, 4, 3]],
    ["when calls above are removed", list(9, 5, 4, 3, 2, 1), [5, 4, 3]],
    [
      "when calls of before are put in above",
      [row(9), row(20, { order: 8.5 }), row(8), ...list(7, 6, 5, 4, 3, 2, 1)],
      [5, 4, 3],
    ],
    ["when the upper one itself moves up", [row(10, { key: row(5).key }), ...list(9, 8, 7, 6, 4, 3, 2, 1)], [4, 3, 2]],
    ["when the upper one is removed", list(9, 8, 7, 6, 4, 3, 2, 1), [4, 3, 2]],
    ["when a full list loses as many as it gains", list(11, 10, 9, 8, 7, 6, 5, 4, 3), [5, 4, 3]],
  ];
  test.each(cases)("%s", (_name, after, looked) => {
    const offset = heldOffset(before, after, at);
    expect(seen(after, offset)).toEqual(looked);
    expect(offset % ROW).toBe(25);
  });

  test("an empty list is held nowhere", () => {
    expect(heldOffset([], list(1), 0)).toBe(0);
  });
});

describe("Tab comes to", () => {
  test("the current row while all of it can be seen", () => {
    expect(tabStop(0, 0, 200)).toBe(0);
    expect(tabStop(3, 0, 200)).toBe(3);
    expect(tabStop(7, 5 * ROW - 10, 200)).toBe(7);
  });

  test("the upper row in sight when the current one is above or below", () => {
    expect(tabStop(0, 10 * ROW, 200)).toBe(10);
    expect(tabStop(0, 10 * ROW + 1, 200)).toBe(11);
    expect(tabStop(4, 0, 200)).toBe(0);
  });
});

test("a row comes into sight by the shortest way", () => {
  expect(nearest(5, 100, 200)).toBe(100);
  expect(nearest(1, 100, 200)).toBe(50);
  expect(nearest(9, 100, 200)).toBe(300);
});
