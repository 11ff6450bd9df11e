// What the update manifest offers to whom, and the signatures of it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Which file an installed Squelch takes, by how it was installed. It asks for "system-computer-kind" first and then
// for "system-computer": with the plain names alone a deb would be offered an AppImage and refuse it.
const KINDS = [
  { keys: ["linux-x86_64-deb"], name: /_amd64\.deb$/ },
  { keys: ["linux-aarch64-deb"], name: /_arm64\.deb$/ },
  { keys: ["linux-x86_64-rpm"], name: /\.x86_64\.rpm$/ },
  { keys: ["linux-aarch64-rpm"], name: /\.aarch64\.rpm$/ },
  {
    keys: ["linux-x86_64-appimage", "linux-x86_64"],
    name: /_amd64\.AppImage$/,
  },
  {
    keys: ["linux-aarch64-appimage", "linux-aarch64"],
    name: /_aarch64\.AppImage$/,
  },
  { keys: ["windows-x86_64-nsis", "windows-x86_64"], name: /_x64-setup\.exe$/ },
  {
    keys: ["darwin-x86_64-app", "darwin-x86_64", "darwin-aarch64-app", "darwin-aarch64"],
    name: /_universal\.app\.tar\.gz$/,
  },
];

/** The one file for each kind: `[{ keys, file }]`. Fails if one is missing or there are two. */
export function updates(folder, version) {
  const files = readdirSync(folder);
  return KINDS.map(({ keys, name }) => {
    const found = files.filter((file) => name.test(file));
    if (found.length !== 1) {
      throw new Error(
        `For ${keys[0]} there must be one file like ${name}; there are ${found.length}: ${found.join(", ")}`,
      );
    }
    if (!found[0].includes(version)) throw new Error(`${found[0]} is not of version ${version}.`);
    return { keys, file: found[0] };
  });
}

/** The signature beside a file, as the manifest wants it. Fails if it is missing or made for another version. */
export function signatureOf(folder, file, version) {
  const path = join(folder, `${file}.sig`);
  if (!existsSync(path)) throw new Error(`${file} is not signed for updates.`);
  const signature = readFileSync(path, "utf8").trim();
  const signed = /^trusted comment:.*\tversion:(\S+)$/m.exec(Buffer.from(signature, "base64").toString());
  if (signed?.[1] !== version)
    throw new Error(`${file} is signed for version ${signed?.[1] ?? "none"}, not ${version}.`);
  return signature;
}
