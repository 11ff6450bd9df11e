// Walks the feed in a real browser: what jsdom cannot do, because it lays nothing out. Prints what is wrong, or nothing.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";
import { build, preview } from "vite";

const ui = fileURLToPath(new URL("../..", import.meta.url));
const configFile = `${ui}tests/look/vite.config.ts`;
const out = `${ui}test-results/shots`;
await mkdir(out, { recursive: true });
await build({ configFile, logLevel: "error" });
const served = await preview({ configFile, preview: { port: 1423, strictPort: true } });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const page = await browser.newPage({ viewport: { width: 960, height: 640 } });
const errors = [];
page.on("pageerror", (error) => errors.push(error.message));
await page.goto("http://localhost:1423/?scene=busy&theme=dark");
await page.waitForSelector("[data-testid=feed-row]");

const feed = page.getByTestId("feed");
const frames = () =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
const arrive = async (n) => {
  await page.evaluate((times) => {
    for (let i = 0; i < times; i += 1) window.arrive();
  }, n);
  await frames();
};
/** The call in the middle of the list and where it stands. */
const middle = () =>
  feed.evaluate((list) => {
    const box = list.getBoundingClientRect();
    const row = document.elementFromPoint(box.x + 200, box.y + 230).closest("[data-call]");
    return [row.dataset.call, Math.round(row.getBoundingClientRect().y)];
  });
const topCall = () =>
  feed.evaluate(
    (list) =>
      [...list.querySelectorAll("[data-call]")].sort(
        (a, b) => a.getBoundingClientRect().y - b.getBoundingClientRect().y,
      )[0].dataset.call,
  );

// At the top a new call pushes the others down.
await arrive(1);
assert.equal(await topCall(), "1000");

// Scrolled away, what is looked at stays, and the pill counts.
await feed.evaluate((list) => list.scrollTo(0, 900));
await frames();
await page.waitForTimeout(200);
const before = await middle();
for (let i = 0; i < 5; i += 1) await arrive(1);
await page.waitForTimeout(200);
assert.deepEqual(await middle(), before);
assert.match(await page.getByTestId("new-calls").innerText(), /5 new calls/);
await page.screenshot({ path: `${out}/away.png` });

// Also when one that comes was in the list already, below what is looked at.
for (const call of [150, 160]) {
  await page.evaluate((moved) => window.promote(moved), call);
  await frames();
  await page.waitForTimeout(200);
  assert.deepEqual(await middle(), before);
}

// Also when the list is full and loses as many below as it gains above.
await arrive(1200);
await page.waitForTimeout(200);
await feed.evaluate((list) => list.scrollTo(0, 10_000));
await page.waitForTimeout(300);
const full = await middle();
for (let i = 0; i < 5; i += 1) await arrive(1);
await page.waitForTimeout(300);
assert.deepEqual(await middle(), full);

// A thousand calls, a few dozen elements.
const drawn = await page.getByTestId("feed-row").count();
assert.ok(drawn < 60, `${drawn} rows drawn`);

await page.getByTestId("new-calls").click();
await page.waitForTimeout(300);
assert.equal(await feed.evaluate((list) => list.scrollTop), 0);
assert.equal(await page.getByTestId("new-calls").count(), 0);

// Keys: down, end, home, enter.
const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-call"));
await page.getByTestId("feed-row").first().focus();
const first = await focused();
await page.keyboard.press("ArrowDown");
assert.equal(await focused(), String(Number(first) - 1));
await arrive(3);
assert.equal(await focused(), String(Number(first) - 1), "the focus stays with its call");
await page.keyboard.press("End");
await page.waitForTimeout(200);
const last = await focused();
assert.ok(last !== null && Number(last) < Number(first) - 500, `end is at ${last}`);
await page.keyboard.press("Home");
await page.waitForTimeout(200);
const home = await focused();
await page.keyboard.press("Enter");
const sent = await page.evaluate(() => window.sent.at(-1));
assert.deepEqual(sent, { kind: "play", call: { server: 1, call: Number(home) } });
await page.screenshot({ path: `${out}/focus.png` });

// The menu, by key; its choice reaches the core and the focus comes back.
await page.keyboard.press("Shift+F10");
await page.getByRole("menu").waitFor();
await page.screenshot({ path: `${out}/menu.png` });
await page.getByRole("menuitem", { name: "Hold system" }).click();
assert.equal(await page.evaluate(() => window.sent.at(-1).kind), "holdSystem");
await page.waitForTimeout(300);
assert.equal(await focused(), home);

await page.getByTestId("servers").click();
await page.waitForTimeout(200);
await page.screenshot({ path: `${out}/servers.png` });
await page.keyboard.press("Escape");
await page.getByTestId("settings").click();
await page.waitForTimeout(200);
await page.screenshot({ path: `${out}/settings.png` });
await page.keyboard.press("Escape");
await page.waitForTimeout(200);
await page.keyboard.press("?");
await page.getByRole("dialog").waitFor();
await page.waitForTimeout(200);
await page.screenshot({ path: `${out}/help.png` });
await page.keyboard.press("Escape");

// What six hundred calls cost, one update each; and what a second costs in which nothing happens but the clock.
const cdp = await page.context().newCDPSession(page);
await cdp.send("Performance.enable");
const used = async () => {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const of = (name) => metrics.find((metric) => metric.name === name).value;
  return { script: of("ScriptDuration"), all: of("TaskDuration"), heap: of("JSHeapUsedSize") / 2 ** 20 };
};
const start = await used();
await page.evaluate(async () => {
  for (let i = 0; i < 600; i += 1) {
    window.arrive();
    await new Promise((done) => setTimeout(done));
  }
});
const busy = await used();
const ms = (seconds) => (seconds * 1000).toFixed(2);
console.log(
  `an update, drawn: ${ms((busy.all - start.all) / 600)} ms, of it script ${ms((busy.script - start.script) / 600)} ms; ` +
    `${drawn} rows drawn of 1000; heap ${busy.heap.toFixed(0)} MiB`,
);
await page.goto("http://localhost:1423/?scene=nothing&theme=dark");
await page.waitForTimeout(1000);
const idle = await used();
await page.waitForTimeout(5000);
console.log(`idle with the clock: ${ms(((await used()).all - idle.all) / 5)} ms of work a second`);
assert.deepEqual(errors, []);
await browser.close();
await served.close();
