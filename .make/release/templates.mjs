// Fills in what other people's package lists want to know about a release, from its checksums:
// `node .make/release/templates.mjs SHA256SUMS VERSION ADDRESS FOLDER`. The templates are in src-tauri/packaging.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const LISTS = ["winget", "homebrew", "flatpak"];
const [sums, version, address, folder] = process.argv.slice(2);
const templates = new URL("../../src-tauri/packaging/", import.meta.url);

const digests = new Map(
  readFileSync(sums, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => /^([0-9a-f]{64}) [ *](.+)$/.exec(line))
    .map((match) => {
      if (!match) throw new Error(`${sums} has a line that is no checksum.`);
      return [match[2], match[1]];
    }),
);

function filled(text, name) {
  const whole = text
    .replaceAll("@VERSION@", version)
    .replaceAll("@DOWNLOAD@", address.replace(/\/$/, ""))
    .replace(/@SHA256:([^@\n]+)@/g, (_, file) => {
      const digest = digests.get(file);
      if (!digest) throw new Error(`${name} wants the checksum of ${file}, which is not in ${sums}.`);
      return digest;
    });
  const left = /@[A-Z0-9]+[:@]/.exec(whole);
  if (left) throw new Error(`${name} has something nobody fills in: ${left[0]}`);
  return whole;
}

try {
  if (!address.startsWith("https://")) throw new Error(`${address} is not https.`);
  for (const list of LISTS) {
    for (const file of readdirSync(new URL(`${list}/`, templates))) {
      const target = join(folder, list, file);
      const text = filled(readFileSync(new URL(`${list}/${file}`, templates), "utf8"), file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
  }
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
