// The update manifest: `node .make/release/manifest.mjs FOLDER VERSION ADDRESS <notes` prints it. FOLDER has the packages
// with their signatures, ADDRESS is where they can be downloaded, and the notes are shown as text.
import { readFileSync } from "node:fs";
import { signatureOf, updates } from "./updates.mjs";

const [folder, version, address] = process.argv.slice(2);
try {
  const base = new URL(address.endsWith("/") ? address : `${address}/`);
  if (base.protocol !== "https:") throw new Error(`${address} is not https: Squelch would refuse it.`);

  const platforms = {};
  for (const { keys, file } of updates(folder, version)) {
    const entry = {
      signature: signatureOf(folder, file, version),
      url: new URL(encodeURIComponent(file), base).href,
    };
    for (const key of keys) platforms[key] = entry;
  }
  const notes = readFileSync(0, "utf8").trim();
  if (!notes) throw new Error("There are no notes for the listener.");
  const now = process.env.SOURCE_DATE_EPOCH ? new Date(1000 * process.env.SOURCE_DATE_EPOCH) : new Date();
  console.log(JSON.stringify({ version, notes, pub_date: now.toISOString(), platforms }, null, 2));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
