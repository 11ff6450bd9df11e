// Days and times of day as moments, also where the clock is changed.
import { afterEach, describe, expect, test, vi } from "vitest";

import { beginOf, dayBefore, endOf } from "../src/search/days";

afterEach(() => vi.unstubAllEnvs());

const iso = (at: unknown): unknown => (typeof at === "number" ? new Date(at).toISOString() : at);

describe("a day and a time of day begin and end", () => {
  test.each([
    ["UTC", "2026-10-14", "", "2026-10-14T00:00:00.000Z", "2026-10-14T23:59:59.999Z"],
    ["UTC", "2026-10-14", "14:30", "2026-10-14T14:30:00.000Z", "2026-10-14T14:30:59.999Z"],
    ["America/New_York", "2026-10-14", "", "2026-10-14T04:00:00.000Z", "2026-10-15T03:59:59.999Z"],
    ["Asia/Kolkata", "2026-10-14", "9:05", "2026-10-14T03:35:00.000Z", "2026-10-14T03:35:59.999Z"],
    // A day of 23 hours, one of 25.
    ["Europe/Berlin", "2026-03-29", "", "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z"],
    ["Europe/Berlin", "2026-10-25", "", "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"],
    // An hour that comes twice begins the first time and ends the second.
    ["Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00.000Z", "2026-10-25T01:30:59.999Z"],
    ["America/New_York", "2026-11-01", "01:15", "2026-11-01T05:15:00.000Z", "2026-11-01T06:15:59.999Z"],
    ["Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00.000Z", "2026-04-04T15:15:59.999Z"],
    // One that does not come begins after the gap and ends before it.
    ["Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00:00.000Z", "2026-03-29T00:59:59.999Z"],
    ["America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00:00.000Z", "2026-03-08T06:59:59.999Z"],
    // Days without a midnight.
    ["America/Santiago", "2026-09-06", "", "2026-09-06T04:00:00.000Z", "2026-09-07T02:59:59.999Z"],
    ["Africa/Cairo", "2026-04-24", "", "2026-04-23T22:00:00.000Z", "2026-04-24T20:59:59.999Z"],
    ["UTC", "1970-01-01", "00:00", "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:59.999Z"],
    ["UTC", "2106-02-07", "", "2106-02-07T00:00:00.000Z", "2106-02-07T23:59:59.999Z"],
    ["UTC", "2028-02-29", "", "2028-02-29T00:00:00.000Z", "2028-02-29T23:59:59.999Z"],
  ])("in %s, %s %s", (zone, day, time, begin, end) => {
    vi.stubEnv("TZ", zone);
    expect(iso(beginOf({ day, time }))).toBe(begin);
    expect(iso(endOf({ day, time }))).toBe(end);
  });
});

test.each([
  ["", "", null],
  [" ", " ", null],
  ["", "10:00", "wrongTime"],
  ["2026-10-14", "25:00", "wrongTime"],
  ["2026-10-14", "10:60", "wrongTime"],
  ["2026-10-14", "noon", "wrongTime"],
  ["2026-02-29", "", "wrongDay"],
  ["2026-13-01", "", "wrongDay"],
  ["1969-12-31", "", "wrongDay"],
  ["0002-10-14", "", "wrongDay"],
  ["14/10/2026", "", "wrongDay"],
])("%j and %j come to %j", (day, time, what) => {
  expect(beginOf({ day, time })).toBe(what);
  expect(endOf({ day, time })).toBe(what);
});

test("days before today are counted by the calendar, over a change of the clock too", () => {
  vi.stubEnv("TZ", "Europe/Berlin");
  const now = new Date(2026, 2, 30, 0, 30).getTime();
  expect([0, 1, 2, 30].map((past) => dayBefore(now, past))).toEqual([
    "2026-03-30",
    "2026-03-29",
    "2026-03-28",
    "2026-02-28",
  ]);
});
