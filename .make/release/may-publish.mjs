// Whether a release may leave the draft: `node .make/release/may-publish.mjs FOLDER VERSION`.
//
// Whoever installs it is updated by the key that is inside it. So that key must not be a throw-away one, and every
// package must be signed with it and for this version; otherwise its users are stranded for ever.
import { existsSync, readFileSync } from "node:fs";
import { updates, signatureOf } from "./updates.mjs";

const [folder, version] = process.argv.slice(2);
const wrong = [];

const packaged = (path) => new URL(`../../src-tauri/${path}`, import.meta.url);
const key = JSON.parse(readFileSync(packaged("tauri.conf.json"), "utf8")).plugins?.updater?.pubkey;

// The second line of a key and of a signature begins with two letters and then names the pair.
const pairOf = (text) =>
  Buffer.from(text.split("\n")[1] ?? "", "base64")
    .subarray(2, 10)
    .toString("hex");

if (!key) {
  wrong.push("tauri.conf.json has no plugins.updater.pubkey.");
} else {
  const text = Buffer.from(key, "base64").toString();
  // The file goes when the real key comes; the throw-away one also says in itself what it is.
  if (existsSync(packaged("packaging/updater-key.throw-away")) || /throw-?away/i.test(text)) {
    wrong.push(
      "The key for updates in tauri.conf.json is the throw-away one. README.md says how to make the real one.",
    );
  }
  for (const { file } of updates(folder, version)) {
    try {
      const signature = signatureOf(folder, file, version);
      if (pairOf(Buffer.from(signature, "base64").toString()) !== pairOf(text)) {
        wrong.push(`${file} is signed with another key than the one in tauri.conf.json.`);
      }
    } catch (error) {
      wrong.push(error.message);
    }
  }
}

for (const line of wrong) console.error(line);
if (wrong.length > 0) {
  console.error("Not published.");
  process.exit(1);
}
console.log(`${version} may be published.`);
