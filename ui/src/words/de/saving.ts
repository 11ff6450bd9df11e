// Calls saved as files.
import { plural } from "../../format";
import type * as english from "../en/saving";

export const savingWords: typeof english.savingWords = {
  saving: {
    save: "Aufnahme speichern",
    saveWithText: "Aufnahme mit Text speichern",
    saveAll: (n) => plural(n, { one: "Diesen Funkspruch speichern", other: "Diese # Funksprüche speichern" }),
    busy: (n) => plural(n, { one: "Der Funkspruch wird gespeichert …", other: "# Funksprüche werden gespeichert …" }),
    one: (file, folder) => `Gespeichert als ${file} in ${folder}.`,
    many: (n, folder) =>
      plural(n, { one: `# Funkspruch liegt in ${folder}.`, other: `# Funksprüche liegen in ${folder}.` }),
    missing: (n) => plural(n, { one: "Einer wurde nicht gespeichert.", other: "# wurden nicht gespeichert." }),
    show: "Ordner zeigen",
  },
};
