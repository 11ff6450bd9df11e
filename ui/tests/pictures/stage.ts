// A browser with the built window in it, as the shell would show it: its files, its policy, and no network.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, extname, join } from "node:path";

import { chromium, type Browser, type Page } from "playwright-core";

import { altered, speak, type Otherwise, type Recorded } from "./core";

const UI = join(import.meta.dirname, "../..");
/** Where WebView2 finds the window's files. */
const ORIGIN = "http://tauri.localhost";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

const read = (path: string): string => readFileSync(join(UI, path), "utf8");
const recorded = JSON.parse(read("tests/fixtures/session.json")) as Recorded;
const axe = read("node_modules/axe-core/axe.min.js");
const shell = JSON.parse(read("../src-tauri/tauri.conf.json")) as { app: { security: { csp: string } } };

/** Where the pictures are kept. */
const PICTURES = join(process.env["CARGO_TARGET_DIR"] ?? join(UI, "../target"), "screenshots");

/** The system's browser: none is downloaded. */
export async function launch(): Promise<Browser> {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
  if (!found) throw new Error("There is no Chromium: `make test` installs it.");
  return chromium.launch({ executablePath: found, args: ["--hide-scrollbars", "--font-render-hinting=none"] });
}

/** How a window is looked at. */
export interface Sight extends Otherwise {
  width: number;
  height?: number;
  /** What the desktop wears. */
  desktop?: "dark" | "light";
  /** Written from right to left. */
  mirrored?: boolean;
}

/** The window, and what went wrong in it. */
export class Stage {
  readonly page: Page;
  readonly troubles: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.troubles.push(`said: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.troubles.push(`failed: ${error.message}`));
  }

  /** Opens it and waits until it shows the end of the session. */
  static async open(browser: Browser, { width, height = 900, desktop, mirrored, ...otherwise }: Sight): Promise<Stage> {
    const page = await browser.newPage({
      viewport: { width, height },
      colorScheme: desktop ?? "dark",
      // Nothing moves, so that a picture is the same in every moment; the clock stands still as well.
      reducedMotion: "reduce",
      locale: "en-US",
      timezoneId: "America/Chicago",
    });
    const stage = new Stage(page);
    await page.clock.setFixedTime(recorded.at);
    await page.route("**/*", async (route) => {
      const url = new URL(route.request().url());
      const path = join(UI, "dist", url.pathname === "/" ? "index.html" : url.pathname);
      if (url.origin !== ORIGIN || !existsSync(path)) {
        stage.troubles.push(`asked for ${url.href}`);
        return route.abort();
      }
      const headers = { "content-security-policy": shell.app.security.csp };
      await route.fulfill({ path, headers, contentType: TYPES[extname(path)] ?? "application/octet-stream" });
    });
    await page.addInitScript(speak, altered(recorded, otherwise));
    await page.goto(ORIGIN);
    await page.waitForSelector("[data-testid=now-title], [data-testid=strip]");
    await page.evaluate(axe);
    if (mirrored) await page.evaluate(() => (document.documentElement.dir = "rtl"));
    return stage;
  }

  /** Keeps a picture, and gives all that is wrong with what is shown. */
  async look(name: string): Promise<string[]> {
    await this.page.evaluate(() => document.fonts.ready);
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
    const amiss = await this.page.evaluate(wrong);
    return [...amiss, ...this.troubles].map((what) => `${name}: ${what}`);
  }
}

/** Runs in the page: what cannot be seen whole, and what axe finds. */
async function wrong(): Promise<string[]> {
  const found: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) found.push(`scrolls sideways: ${root.scrollWidth} of ${innerWidth}`);

  /** Where the words of a text node are drawn. */
  const drawn = (text: Node): DOMRect => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return range.getBoundingClientRect();
  };
  const cut = (words: DOMRect, inside: Element | null): boolean => {
    for (let at = inside; at; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      if (overflowX === "auto" || overflowX === "scroll" || overflowY === "auto" || overflowY === "scroll")
        return false;
      if (overflowX !== "visible" && (words.left < box.left - 1 || words.right > box.right + 1)) return true;
      if (overflowY !== "visible" && (words.top < box.top - 1 || words.bottom > box.bottom + 1)) return true;
    }
    return words.left < -1 || words.right > innerWidth + 1;
  };
  const read = "button, label, legend, h2, [role^=menuitem], [role=tab], [role=option], a[href]";
  for (const one of document.querySelectorAll(read)) {
    if (!one.checkVisibility({ visibilityProperty: true })) continue;
    const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      // Names that others gave may be of any length; they end in dots and are shown whole elsewhere.
      const given = text.parentElement?.closest("bdi, b, .hidden-text, [data-shortened]");
      if (given || !text.textContent?.trim()) continue;
      const words = drawn(text);
      if (words.width > 0 && cut(words, text.parentElement)) found.push(`cut off: ${text.textContent.trim()}`);
    }
  }

  // An open menu is above the page's landmarks, as a dialog is, of which alone axe knows that.
  const { violations } = await (window as unknown as { axe: typeof import("axe-core") }).axe.run();
  for (const { id, nodes } of violations) {
    const outside = (target: unknown): boolean => !document.querySelector(String(target))?.querySelector("[role=menu]");
    const those = nodes.filter(({ target }) => id !== "region" || outside(target[0]));
    for (const { html, failureSummary } of those.slice(0, 3))
      found.push(`${id}: ${html.slice(0, 160)} ${failureSummary ?? ""}`);
  }
  return found;
}
