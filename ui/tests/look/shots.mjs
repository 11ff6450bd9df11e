// Takes a picture of every state of the window into test-results/shots, and tells what axe finds wrong with each.
// Needs Chromium (CHROMIUM, else /usr/bin/chromium). `npm run look:shots -- busy signin` takes only those.
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";
import { build, preview } from "vite";

const ui = fileURLToPath(new URL("../..", import.meta.url));
const configFile = `${ui}tests/look/vite.config.ts`;
const out = `${ui}test-results/shots`;
await mkdir(out, { recursive: true });
if (!process.env.LOOK_BUILT) await build({ configFile, logLevel: "error" });
const served = await preview({ configFile, preview: { port: 1422, strictPort: true } });

const WIDE = { width: 960, height: 640 };
const SIZES = {
  wide: WIDE,
  small: { width: 900, height: 600 },
  narrow: { width: 380, height: 700 },
  slim: { width: 360, height: 640 },
};
const shots = [
  ...["busy", "welcome", "signin", "held", "out", "untrusted", "password"].flatMap((scene) =>
    ["dark", "light"].map((theme) => ({ scene, theme, size: "wide" })),
  ),
  ...[
    "probing",
    "refused",
    "wrong",
    "signing",
    "nothing",
    "off",
    "paused",
    "nodevice",
    "lost",
    "changed",
    "anonymous",
  ].map((scene, i) => ({
    scene,
    theme: i % 2 ? "light" : "dark",
    size: "wide",
  })),
  { scene: "busy&closing", theme: "dark", size: "wide" },
  ...["small", "narrow", "slim"].map((size) => ({ scene: "busy", theme: "dark", size })),
  ...["welcome", "held", "untrusted", "nothing", "lost"].map((scene) => ({ scene, theme: "light", size: "slim" })),
];
const only = process.argv.slice(2);

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
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
let wrong = 0;
for (const { scene, theme, size } of shots) {
  if (only.length > 0 && !only.includes(scene)) continue;
  // The policy is the window's own; axe is put in beside it.
  const page = await browser.newPage({ viewport: SIZES[size], bypassCSP: true });
  page.on("pageerror", (error) => console.log(scene, "page error:", error.message));
  page.on("console", (message) => message.type() === "error" && console.log(scene, message.text()));
  await page.goto(`http://localhost:1422/?scene=${scene}&theme=${theme}`);
  await page.waitForSelector("main");
  await page.waitForTimeout(350);
  await page.screenshot({ path: `${out}/${scene}-${size}-${theme}.png` });
  await page.addScriptTag({ path: axe });
  const found = await page.evaluate(() => globalThis.axe.run());
  for (const violation of found.violations) {
    wrong += 1;
    console.log(
      scene,
      size,
      theme,
      violation.id,
      violation.nodes
        .slice(0, 3)
        .map((node) => `${node.html.slice(0, 140)} :: ${node.failureSummary.split("\n")[1]}`)
        .join("\n   "),
    );
  }
  await page.close();
}
await browser.close();
await served.close();
console.log(wrong === 0 ? "axe: nothing found" : `axe: ${wrong} findings`);
process.exitCode = wrong === 0 ? 0 : 1;
