// Names the npm packages that ui/package.json asks for and nothing uses: `node .make/unused.mjs`. cargo-machete does the
// same for crates.
//
// Used is what a file of ui/ names in quotes (an import, a setting), and what brings a command that a script of
// ui/package.json begins with, or that npx calls in the Makefile, and what the window tests load from ui/node_modules.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const NOT_SOURCES = new Set(["node_modules", "dist", "test-results", "generated", "package.json", "package-lock.json"]);

/** Every source's text. */
function sources(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !NOT_SOURCES.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? sources(path) : [readFileSync(path, "utf8")];
    });
}

const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const asked = json("ui/package.json");
const locked = json("ui/package-lock.json").packages;
const text = sources("ui").join("\n");

const quoted = new Set([...text.matchAll(/["']([@a-z][^"'\s]*)["']/g)].map(([, words]) => words));
const scripts = Object.values(asked.scripts ?? {}).flatMap((script) => script.split("&&"));
const commands = new Set([
  ...scripts.map((script) => script.trim().split(" ")[0]),
  ...[...readFileSync("Makefile", "utf8").matchAll(/\bnpx ([\w-]+)/g)].map(([, command]) => command),
]);

const loaded = [
  ...sources("tests/window")
    .join("\n")
    .matchAll(/ui\/node_modules\/((?:@[\w-]+\/)?[\w.-]+)/g),
];
const files = new Set(loaded.map(([, name]) => name));

function isUsed(name) {
  if (files.has(name)) return true;
  // Types belong to what they describe.
  const named = name.replace(/^@types\//, "");
  if ([...quoted].some((words) => words === named || words.startsWith(`${named}/`))) return true;
  const bin = locked[`node_modules/${name}`]?.bin ?? {};
  return Object.keys(bin).some((command) => commands.has(command));
}

const unused = Object.keys({ ...asked.dependencies, ...asked.devDependencies }).filter((name) => !isUsed(name));
if (unused.length > 0) {
  console.error(`ui/package.json asks for what nothing uses: ${unused.join(", ")}`);
  process.exit(1);
}
