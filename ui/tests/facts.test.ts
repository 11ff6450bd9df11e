import { describe, expect, test } from "vitest";

import { behindAfter, positionAfter, segmentAt, sublineOf, unitAt } from "../src/calls";
import { contrast, markColor } from "../src/color";
import { arrivals } from "../src/feed/arrivals";
import { about, bytes, clock, decibels, digest, megahertz, span, wait } from "../src/format";
import { fits, ruleOf } from "../src/servers/password";
import { onCard, playback, row } from "./town";

describe("positions", () => {
  const playing = playback({ state: "playing", positionMs: 1000, durationMs: 3000, behindMs: 9000 });

  test("run while it plays and stop at the end", () => {
    expect(positionAfter(playing, 500)).toBe(1500);
    expect(positionAfter(playing, 99_000)).toBe(3000);
    expect(positionAfter({ ...playing, state: "paused" }, 500)).toBe(1000);
  });

  test("a call that plays as it was spoken stays as far behind live as it is; while none sounds that grows; a replay has none", () => {
    expect(behindAfter(playing, 500)).toBe(9000);
    expect(behindAfter(playing, 99_000)).toBe(9000);
    for (const state of ["paused", "noDevice", "loading"] as const) {
      expect(behindAfter({ ...playing, state }, 60_000)).toBe(69_000);
    }
    expect(behindAfter({ ...playing, behindMs: null }, 500)).toBeNull();
  });

  test("the unit is the last that began; the first stands for what is before it", () => {
    const units = [
      { atMs: 300, number: 1, name: "A" },
      { atMs: 2000, number: 2, name: null },
    ];
    expect(unitAt(units, 0)?.name).toBe("A");
    expect(unitAt(units, 2000)?.number).toBe(2);
    expect(unitAt([], 0)).toBeNull();
    expect(segmentAt(onCard.transcript!.segments, 2600)).toBe(1);
    expect(segmentAt(onCard.transcript!.segments, 60_000)).toBe(-1);
  });
});

test("the line below the title says nothing twice", () => {
  const ems = row(2, { title: "EMS Dispatch", label: "EMS", talkgroupNumber: 5003, group: "EMS" });
  expect(sublineOf(ems)).toEqual(["EMS", "5003"]);
  expect(sublineOf({ ...ems, title: "EMS" })).toEqual(["5003"]);
});

test("arrivals are what came above everything shown", () => {
  expect(arrivals([row(3)], [row(5), row(4), row(3), row(1)]).map((one) => one.order)).toEqual([5, 4]);
  expect(arrivals([row(3)], [row(2)])).toEqual([]);
  expect(arrivals([], [row(2)])).toEqual([]);
});

describe("texts", () => {
  test("spans, waits and levels", () => {
    expect([span(9400), span(760_000), span(3_723_000), span(-5)]).toEqual(["0:09", "12:40", "1:02:03", "0:00"]);
    expect([wait(100), wait(61_000), wait(5_400_000), wait(3_600_000)]).toEqual(["1 s", "2 min", "1 h 30 min", "1 h"]);
    expect([about(185_000), about(3_959_000)]).toEqual(["3 min", "1 h 5 min"]);
    expect([decibels(-6), decibels(0), decibels(-0.3), decibels(3)]).toEqual(["−6 dB", "0 dB", "0 dB", "+3 dB"]);
  });

  test("frequencies show all the places they have", () => {
    expect([megahertz(851_012_500), megahertz(154_280_000), megahertz(453_006_250)]).toEqual([
      "851.0125 MHz",
      "154.2800 MHz",
      "453.00625 MHz",
    ]);
  });

  test("clocks follow the server's choice, and a time that is none does not break them", () => {
    const evening = new Date(2026, 0, 2, 21, 5, 9).getTime();
    expect(clock(evening, false)).toBe("21:05:09");
    expect(clock(evening, true)).toMatch(/^9:05:09\spm$/);
    expect(clock(evening, false, false)).toBe("21:05");
    expect(clock(NaN, false)).toBe("–");
  });

  test("a digest comes in groups", () => {
    expect(digest("ab".repeat(32))).toEqual(Array<string>(8).fill("ABABABAB"));
  });
});

describe("colours", () => {
  const rgb = (color: string): [number, number, number] =>
    [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) as [number, number, number];

  test("stand out from the panel in both looks, whatever a server sends", () => {
    for (const color of ["#000000", "#ffffff", "#ffff00", "#151a21", "#0000ff", "#ff5d57"]) {
      expect(contrast(rgb(markColor(color, "dark")), [21, 26, 33])).toBeGreaterThanOrEqual(3);
      expect(contrast(rgb(markColor(color, "light")), [255, 255, 255])).toBeGreaterThanOrEqual(3);
    }
  });

  test("that can be seen are left as they are", () => {
    expect(markColor("#ff5d57", "dark")).toBe("#ff5d57");
    expect(markColor("#008001", "light")).toBe("#008001");
  });

  test("that servers offer by name are softened and stay different, in both looks", () => {
    const named = ["#0000ff", "#00ffff", "#008000", "#ff00ff", "#ff0000", "#ffff00", "#FFA500"];
    for (const look of ["dark", "light"] as const) {
      const shown = named.map((color) => markColor(color, look));
      expect(new Set(shown).size).toBe(named.length);
      for (const color of named) expect(shown).not.toContain(color.toLowerCase());
    }
  });

  test("that are none never reach a style", () => {
    const plain = markColor(null, "dark");
    for (const color of ["red", "#fff", "url(x)", "#12345g", "#123456;background:red"]) {
      expect(markColor(color, "dark")).toBe(plain);
    }
  });
});

describe("a new password", () => {
  test("needs 8 characters, fits into 72 bytes and differs", () => {
    expect(fits("old", "1234567")).toBe(false);
    expect(fits("old", "12345678")).toBe(true);
    expect(fits("12345678", "12345678")).toBe(false);
    expect(fits("old", "x".repeat(72))).toBe(true);
    expect(fits("old", "ü".repeat(37))).toBe(false);
    expect(bytes("ü".repeat(37))).toBe(74);
    expect(ruleOf("old", "ü".repeat(37)).text).toContain("74");
  });
});
