// Writes the licences and notices of everything that is inside the programs: `node .make/notices.mjs FILE`.
//
// Rust's part is read from the sources that cargo has downloaded anyway, for all systems that Squelch is built for; the
// window's part was written by Vite, which knows best what it put in. No web service is asked, and the same lock files
// give the same text. Whether a licence may be used at all is .deny.toml's affair.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const PROGRAMS = ["squelch", "squelch-listen"];
const SYSTEMS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-pc-windows-msvc",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
];
const WINDOW = "ui/dist/third-party-licences.md";
const LICENCE_FILE = /^(licen[cs]e|copying|notice|copyright|unlicense|patents)/i;
const NOT_TEXT = /\.(rs|toml|json|py|sh|html|in|hbs)$/i;

/** What the programs are linked from, each crate once, sorted. */
function crates() {
  const systems = SYSTEMS.flatMap((name) => ["--filter-platform", name]);
  const told = execFileSync(
    "cargo",
    ["metadata", "--locked", "--format-version", "1", "--features", "squelch/custom-protocol", ...systems],
    {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const { packages, resolve } = JSON.parse(told);
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const byId = new Map(packages.map((each) => [each.id, each]));
  const reached = new Set();
  const ahead = packages.filter((each) => PROGRAMS.includes(each.name) && each.source === null).map((each) => each.id);
  while (ahead.length > 0) {
    const id = ahead.pop();
    if (reached.has(id)) continue;
    reached.add(id);
    for (const { pkg, dep_kinds } of nodes.get(id).deps) {
      // What only builds or only tests is not inside.
      if (dep_kinds.some(({ kind }) => kind === null)) ahead.push(pkg);
    }
  }
  return [...reached]
    .map((id) => byId.get(id))
    .filter((each) => each.source !== null)
    .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

// As bytes, not as the language of the machine sorts.
const compare = (a, b) => (a < b ? -1 : Number(a > b));

/** The licence files below a folder: also those of C libraries that a crate brings along. */
function licenceFiles(folder, depth = 0) {
  if (depth > 4) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => compare(a.name, b.name));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return /^licenses?$/i.test(entry.name) ? allFiles(path) : licenceFiles(path, depth + 1);
    }
    return LICENCE_FILE.test(entry.name) && !NOT_TEXT.test(entry.name) ? [path] : [];
  });
}

const allFiles = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(folder, entry.name))
    .sort(compare);

/** Of "MIT OR Apache-2.0" MIT is taken: the shorter text. Whatever else lies beside it stays. */
function chosen(licence, files) {
  if (!/\bOR\b|\//.test(licence) || !/\bMIT\b/.test(licence)) return files;
  if (!files.some((path) => /mit/i.test(basename(path)))) return files;
  return files.filter((path) => !/apache|unlicense|bsd|zlib|boost/i.test(basename(path)));
}

const tidied = (text) =>
  text
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t]+$/gm, "")
    .trim();

/** The usual text of a licence, for a crate that was published without it. */
function usualText({ name, version, license, authors }, known) {
  const first = ["MIT", "Apache-2.0", "MPL-2.0", "BSD-3-Clause", "ISC", "Zlib"].find((id) => license?.includes(id));
  const holders = authors.map((author) => author.replace(/ *<.*>/, "")).join(", ") || `the authors of ${name}`;
  if (first === "MIT") return readFileSync("LICENSE-MIT", "utf8").replace(/^Copyright.*$/m, `Copyright (c) ${holders}`);
  if (first === "Apache-2.0") return readFileSync("LICENSE-APACHE", "utf8");
  const text = known.get(first);
  if (!text)
    throw new Error(`${name} ${version} (${license}) brings no licence file, and no other crate has its text.`);
  return text;
}

function programsPart() {
  const users = new Map();
  const known = new Map();
  const without = [];
  const add = (text, each) => {
    const name = `${each.name} ${each.version} (${each.license ?? "see below"})`;
    const list = users.get(text) ?? users.set(text, []).get(text);
    if (!list.includes(name)) list.push(name);
  };
  for (const each of crates()) {
    const texts = chosen(each.license ?? "", licenceFiles(dirname(each.manifest_path)))
      .map((path) => tidied(readFileSync(path, "utf8")))
      .filter(Boolean);
    if (texts.length === 0) without.push(each);
    if (each.license && !known.has(each.license) && texts.length === 1) known.set(each.license, texts[0]);
    for (const text of texts) add(text, each);
  }
  for (const each of without) add(tidied(usualText(each, known)), each);
  return [...users].map(([text, names]) => `${"-".repeat(80)}\n${names.join("\n")}\n\n${text}\n`).join("\n");
}

const [out] = process.argv.slice(2);
if (!existsSync(WINDOW)) {
  console.error(`${WINDOW} is missing: make ui writes it.`);
  process.exit(1);
}
writeFileSync(
  out,
  `Squelch contains the works of many others. This file says which, and under which terms: first the libraries of the
programs, then those of the window.

==== The programs ====

${programsPart()}
==== The window ====

${tidied(readFileSync(WINDOW, "utf8"))}
`,
);
