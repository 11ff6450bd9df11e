// What looking at pictures finds: a window that is in order says nothing, and each thing that can be wrong is said.
import { afterAll, beforeAll, expect, test } from "vitest";

import { launch, Stage } from "./stage";

let browser: Awaited<ReturnType<typeof launch>>;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());

test("what is cut off, too wide, said, asked for or against axe's rules is found", async () => {
  const stage = await Stage.open(browser, { width: 900 });
  expect(await stage.look("looking")).toEqual([]);
  await stage.page.evaluate(() => {
    const made = document.createElement("div");
    made.setAttribute("role", "region");
    made.setAttribute("aria-label", "Made up");
    made.style.cssText = "position: absolute; top: 0; left: 0; width: 2000px; height: 40px";
    made.innerHTML =
      '<button style="width: 30px; overflow: hidden; white-space: nowrap">Half of this</button><button></button>';
    document.body.append(made);
    document.body.style.overflow = "visible";
    document.documentElement.style.overflow = "visible";
    console.error("oh");
    void fetch("https://elsewhere.example/").catch(() => undefined);
    void fetch("/nothing-there.js").catch(() => undefined);
  });
  const found = (await stage.look("looking")).map((what) => what.replace("looking: ", ""));
  const begins = (words: string): boolean => found.some((what) => what.startsWith(words));
  expect(begins("cut off: Half of this"), found.join("\n")).toBe(true);
  expect(begins("scrolls sideways: 2000 of 900"), found.join("\n")).toBe(true);
  expect(begins("button-name: "), found.join("\n")).toBe(true);
  expect(begins("said: oh"), found.join("\n")).toBe(true);
  // The shell's own policy is the first to refuse.
  expect(begins("said: Connecting to 'https://elsewhere.example/'"), found.join("\n")).toBe(true);
  await stage.page.close();
});
