// Calls saved to files.
import { plural } from "../../format";

export const savingWords = {
  saving: {
    save: "Save the recording",
    saveWithText: "Save the recording and a text",
    saveAll: (n: number) => plural(n, { one: "Save this call", other: "Save these # calls" }),
    busy: (n: number) => plural(n, { one: "Saving the call…", other: "Saving # calls…" }),
    one: (file: string, folder: string) => `Saved as ${file} in ${folder}.`,
    many: (n: number, folder: string) =>
      plural(n, { one: `# call is saved in ${folder}.`, other: `# calls are saved in ${folder}.` }),
    missing: (n: number) => plural(n, { one: "One was not saved.", other: "# were not saved." }),
    show: "Show folder",
  },
};
