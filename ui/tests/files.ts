// The project's own files, for tests that hold them to something. Paths are from ui/, where the tests are run.
import { readdirSync, readFileSync } from "node:fs";

/** All files below a folder with one of these endings, and what is in them; the path is from that folder. */
export function filesBelow(folder: string, endings: readonly string[]): [path: string, text: string][] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .sort()
    .map((file) => [file, readFileSync(`${folder}/${file}`, "utf8")]);
}
