import axe from "axe-core";
import { beforeEach, describe, expect, test } from "vitest";
import { screen } from "@testing-library/svelte";

import css from "../src/app.css?raw";
import { contrast, markColor } from "../src/color";
import { motion } from "../src/motion.svelte";
import { light, litBy, type Look } from "../src/theme";
import { THEMES } from "../src/settings/looks";
import { byId, open } from "./open";
import { busy, onCard, updateOf } from "./town";

type Rgb = [number, number, number];
const LOOKS = THEMES.map(([theme]) => theme).filter((theme): theme is Look => theme !== "system");

const rgb = (hex: string): Rgb => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as Rgb;

/** The colours of a look as the style sheet has them, with the display so far turned up. */
function palette(look: Look, lit = 1): Record<string, Rgb> {
  const from = css.indexOf(look === "dark" ? ":root {" : `:root[data-theme="${look}"] {`);
  expect(from).toBeGreaterThanOrEqual(0);
  const rules = css.slice(from, css.indexOf("}", from)).matchAll(/--([\w-]+): ([^;]+);/g);
  const colors: Record<string, Rgb> = {};
  for (const [, name, value] of rules) {
    const mixed = /^color-mix\(in srgb, (#\w{6}) var\(--lit\), (#\w{6})\)$/.exec(value!);
    if (mixed) {
      const [bright, dim] = [rgb(mixed[1]!), rgb(mixed[2]!)];
      colors[name!] = bright.map((part, i) => Math.round(part * lit + dim[i]! * (1 - lit))) as Rgb;
    } else if (/^#\w{6}$/.test(value!)) colors[name!] = rgb(value!);
  }
  return colors;
}

/** Each look, and the scanner's display at each brightness. */
const WORN: [string, Record<string, Rgb>][] = [
  ...LOOKS.map((look): [string, Record<string, Rgb>] => [look, palette(look)]),
  ...[30, 40, 55, 75].map((percent): [string, Record<string, Rgb>] => [
    `lcd at ${percent} %`,
    palette("lcd", parseInt(litBy(percent), 10) / 100),
  ]),
];

describe.each(WORN)("%s", (look, colors) => {
  test("can be read: all that is written stands out from all that it is written on", () => {
    for (const text of ["ink", "soft", "faint", "live", "warn", "bad"]) {
      for (const ground of ["bg", "panel", "raise", "over"]) {
        const found = contrast(colors[text]!, colors[ground]!);
        expect(found, `${text} on ${ground} in ${look}`).toBeGreaterThanOrEqual(look === "highContrast" ? 7 : 4.5);
      }
    }
    expect(contrast(colors["on-accent"]!, colors["accent"]!)).toBeGreaterThanOrEqual(4.5);
  });

  test("shows what has the focus, and what marks a call without a colour", () => {
    for (const mark of ["focus", "mark"]) {
      for (const ground of ["bg", "panel", "raise", "over"]) {
        expect(contrast(colors[mark]!, colors[ground]!), `${mark} on ${ground}`).toBeGreaterThanOrEqual(3);
      }
    }
  });
});

test.each(LOOKS)("the colours of talkgroups can be seen in the look %s", (look) => {
  for (const color of [null, "#000000", "#ffffff", "#ffff00", "#151a21", "#0000ff", "#3d2d14"]) {
    expect(contrast(rgb(markColor(color, look)), palette(look)["panel"]!)).toBeGreaterThanOrEqual(3);
  }
});

test("the display's brightness is for its own look only", () => {
  const lit = (): string => document.documentElement.style.getPropertyValue("--lit");
  light("lcd", 30);
  expect(lit()).toBe("0%");
  light("lcd", 65);
  expect(lit()).toBe("50%");
  light("dark", 65);
  expect(lit()).toBe("");
});

describe("the window", () => {
  beforeEach(() => {
    motion.reduced = false;
  });

  test("wears each look and has nothing that axe finds wrong in it", async () => {
    const { tell, user, container } = await open(busy());
    await user.keyboard("d");
    await screen.findByTestId("settings-sheet");
    const settings = busy().settings;
    for (const [at, look] of LOOKS.entries()) {
      await tell(updateOf(101 + at, { kind: "settingsChanged", settings: { ...settings, theme: look } }));
      expect(document.documentElement.dataset["theme"]).toBe(look);
      // What colours do is asked above: nothing is painted here.
      const rules = { "color-contrast": { enabled: false }, region: { enabled: false } };
      // The settings that are open above it are looked at in settings.test.ts.
      expect((await axe.run(container, { rules })).violations).toEqual([]);
      expect(screen.queryByTestId("brightness") !== null).toBe(look === "lcd");
    }
  }, 60_000);

  test("stops moving when that is chosen, whatever the desktop says", async () => {
    const { tell } = await open(busy());
    const still = (): boolean => document.documentElement.hasAttribute("data-still");
    expect(still()).toBe(false);
    const { settings } = busy();
    const display = { ...settings.display, motion: "reduced" } as const;
    await tell(updateOf(101, { kind: "settingsChanged", settings: { ...settings, display } }));
    expect(still()).toBe(true);
    await tell(updateOf(102, { kind: "settingsChanged", settings }));
    expect(still()).toBe(false);
  });

  test("offers each choice with its own wish", async () => {
    const { sent, user } = await open(busy());
    await user.keyboard("d");
    await user.click(await screen.findByTestId("theme-lcd"));
    await user.click(byId("motion-reduced"));
    await user.click(byId("clock-hours12"));
    byId("text-size").focus();
    (byId("text-size") as HTMLInputElement).value = "130";
    byId("text-size").dispatchEvent(new Event("change", { bubbles: true }));
    expect(sent.map((command) => (command.kind === "change" ? command.setting : command))).toEqual([
      { name: "theme", theme: "lcd" },
      { name: "display", change: { of: "motion", choice: "reduced" } },
      { name: "display", change: { of: "clock", choice: "hours12" } },
      { name: "display", change: { of: "textSize", percent: 130 } },
    ]);
  });
});

describe("details of the call", () => {
  test("are folded away, and show all that is known, following who speaks", async () => {
    const call = { ...onCard, site: "North", decoder: "DSD", errors: 3, spikes: 0, frequency: 851_012_500 };
    const playing = { ...busy().playback, row: call, gainDb: -4.2 };
    const { user, tell } = await open(busy({ playback: playing }));
    expect(screen.queryByTestId("detail-site")).toBeNull();
    await user.keyboard("i");
    const shown = (what: string): string => byId(`detail-${what}`).textContent!;
    expect([shown("site"), shown("decoder"), shown("errors"), shown("spikes")]).toEqual(["North", "DSD", "3", "0"]);
    expect([shown("frequency"), shown("loudness")]).toEqual(["851.0125 MHz", "−4 dB"]);
    expect(shown("talkgroup")).toBe(String(call.talkgroupNumber));
    expect(shown("system")).toContain(String(call.systemNumber));
    expect(shown("waiting")).toContain(String(busy().listening.waiting));
    const units = [
      { atMs: 0, number: 41, name: "Engine 41" },
      { atMs: 2000, number: 7, name: null },
    ];
    const at = (positionMs: number) =>
      ({ ...playing, state: "paused", row: { ...call, units }, positionMs, durationMs: 9000 }) as const;
    await tell(updateOf(101, { kind: "playbackChanged", playback: at(100) }));
    expect(shown("unit")).toBe("Engine 41 (41)");
    await tell(updateOf(102, { kind: "playbackChanged", playback: at(2500) }));
    expect(shown("unit")).toBe("7");
    await user.keyboard("i");
    expect(screen.queryByTestId("detail-site")).toBeNull();
  });

  test("say what is held and avoided beside the call", async () => {
    const key = { server: 1, talkgroup: onCard.talkgroup! };
    const { tell } = await open(busy());
    expect(screen.queryAllByTestId("badge")).toEqual([]);
    const selection = {
      ...busy().selection,
      talkgroup: { key, name: "Fire" },
      avoided: [{ key, name: "Fire", leftMs: 60_000 }],
    };
    await tell(updateOf(101, { kind: "selectionChanged", selection }));
    expect(screen.getAllByTestId("badge").map((badge) => badge.textContent)).toEqual(["Held", "Avoided 1 min"]);
  });

  test("the lamp says in words what its colour shows", async () => {
    const { tell } = await open(busy());
    const lamp = (): (string | null)[] => [byId("lamp").dataset["lamp"]!, byId("lamp").getAttribute("aria-label")];
    expect(lamp()).toEqual(["playing", "A call plays"]);
    const { playback, listening, servers } = busy();
    await tell(updateOf(101, { kind: "playbackChanged", playback: { ...playback, state: "idle", turn: null } }));
    expect(lamp()).toEqual(["idle", "Waiting for a call"]);
    await tell(updateOf(102, { kind: "listeningChanged", listening: { ...listening, live: false } }));
    expect(lamp()).toEqual(["off", "Live is off"]);
    await tell(updateOf(103, { kind: "serverChanged", server: { ...servers[0]!, link: { kind: "connecting" } } }));
    expect(lamp()).toEqual(["lost", "No link"]);
    await tell(updateOf(104, { kind: "listeningChanged", listening: { ...listening, paused: true } }));
    expect(lamp()).toEqual(["paused", "Paused"]);
  });
});
