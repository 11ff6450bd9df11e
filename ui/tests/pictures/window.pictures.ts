// The window in every look and at three widths, fed by a recorded session: nothing in it is cut off, nothing is wrong for
// those who hear it or need contrast, nothing is said on the console and nothing is asked of a network. The pictures are
// kept in target/screenshots to be looked at.
import { afterAll, beforeAll, expect, test } from "vitest";

import type { AwayView } from "../../src/generated/AwayView";
import type { Theme } from "../../src/generated/Theme";
import type { UpdateView } from "../../src/generated/UpdateView";
import { launch, Stage, type Sight } from "./stage";

type Browser = Awaited<ReturnType<typeof launch>>;

const WIDTHS = [360, 900, 1600];
const LOOKS: readonly Theme[] = ["dark", "light", "highContrast", "lcd"];

let browser: Browser;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());

/** What opens with a key, and by what it is known to be there. */
const PANELS = [
  ["search", "f", "[data-testid=found-list] [data-testid=feed-row]"],
  ["talkgroups", "t", "[data-testid=talkgroup]"],
  ["timeline", "j", "[data-testid=timeline-call]"],
] as const;
const OVER = [
  ["servers", "s", "[data-testid=server]"],
  ["commands", "Control+k", "[data-testid=command]"],
  ["keys", "?", "[data-testid=global-keys]"],
  ["settings", "Control+,", "[data-testid=settings-sheet]"],
  ["alerts", "Shift+N", "[data-testid=quiet-hours]"],
] as const;

/** Of a night asleep, of which the server says only a part. */
const MISSED: AwayView = {
  calls: 14,
  durationMs: 190_000,
  skim: 3,
  gaps: [
    {
      server: 1,
      fromMs: new Date(2026, 9, 13, 22, 4).getTime(),
      toMs: new Date(2026, 9, 14, 6, 31).getTime(),
      problem: {
        code: "serverUnreachable",
        message: "The server cannot be reached. Check your network, then try again.",
        retry: { kind: "now" },
      },
    },
  ],
};

type Opening = readonly [name: string, key: string, there: string];

/** Looks at the window, and at it with each of these open; gives all that is wrong. */
async function looked(name: string, sight: Sight, open: readonly Opening[]): Promise<string[]> {
  const stage = await Stage.open(browser, sight);
  const { page } = stage;
  const amiss = await stage.look(name);
  for (const [what, key, there] of open) {
    await page.keyboard.press(key);
    await page.waitForSelector(there);
    amiss.push(...(await stage.look(`${name}-${what}`)));
    await page.keyboard.press("Escape");
    await page.waitForSelector(there, { state: "detached" });
  }
  await page.close();
  return amiss;
}

const both = LOOKS.flatMap((theme) => WIDTHS.map((width) => [theme, width] as const));
test.concurrent.each(both)("the look %s at %d pixels", async (theme, width) => {
  expect(await looked(`${theme}-${width}`, { settings: { theme }, width }, PANELS)).toEqual([]);
});

test.concurrent.each(["dark", "light"] as const)("the desktop's own look, which is %s", async (desktop) => {
  const sight: Sight = { settings: { theme: "system" }, desktop, width: 900 };
  expect(await looked(`system-${desktop}`, sight, [])).toEqual([]);
});

test.concurrent.each(LOOKS)("the strip in the look %s", async (theme) => {
  const sight: Sight = { settings: { theme }, display: { compact: true }, width: 500, height: 48 };
  expect(await looked(`strip-${theme}`, sight, [])).toEqual([]);
});

test.concurrent.each(WIDTHS)("in German at %d pixels", async (width) => {
  const sight: Sight = { settings: { theme: "dark", language: "de" }, width };
  // Its words are longer, which shows where it is narrow.
  expect(await looked(`german-${width}`, sight, width === 360 ? [...PANELS, ...OVER] : PANELS)).toEqual([]);
});

test.concurrent.each([360, 900])("written from right to left at %d pixels", async (width) => {
  const sight: Sight = { settings: { theme: "light" }, width, mirrored: true };
  expect(await looked(`mirrored-${width}`, sight, width === 900 ? [...PANELS, ...OVER] : PANELS)).toEqual([]);
});

test.concurrent.each(both)("with what was missed in the look %s at %d pixels", async (theme, width) => {
  const sight: Sight = { settings: { theme }, width, away: MISSED };
  expect(await looked(`missed-${theme}-${width}`, sight, [])).toEqual([]);
});

test.concurrent.each(WIDTHS)("with what was missed, in German at %d pixels", async (width) => {
  const sight: Sight = { settings: { theme: "light", language: "de" }, width, away: MISSED };
  expect(await looked(`missed-german-${width}`, sight, [])).toEqual([]);
});

test.concurrent.each([360, 900])("with what opens over it at %d pixels", async (width) => {
  const release = { version: "1.3.0", notes: "- Calls are heard even sooner.\n- A mended search." };
  const update: UpdateView = { running: "1.2.3", stage: { kind: "available", release } };
  const sight: Sight = { settings: { theme: "dark" }, width, update };
  expect(await looked(`over-${width}`, sight, OVER)).toEqual([]);
});
