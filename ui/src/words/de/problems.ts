// What the core says in English, in German: its sentences, and what each sort of problem comes to where one is missing.
// They lie in a file of their own because the tray and the notifications say them, too (src-tauri/src/desktop/words).
// tests/words.test.ts compares them with the core's.
import type { Problems } from "../en";
import table from "./problems.json";

const { servers, logins, calls, archive, kept, links, settings, updates, desktop, exporting } = table.sentences;

export const problems: Problems = {
  codes: table.codes,
  sentences: {
    ...servers,
    ...logins,
    ...calls,
    ...archive,
    ...kept,
    ...links,
    ...settings,
    ...updates,
    ...desktop,
    ...exporting,
  },
};
