// Settings as a file, and the folder for saved calls, as lines of the settings.
import type { SavedFolder } from "../../ipc";
import { words } from "../../words";
import type { Line } from "./line";

/** What the lines do things with. */
export interface FileHands {
  readonly choose: () => void;
  readonly show: () => void;
  readonly reset: () => void;
  readonly write: () => void;
}

/** The lines. `exported` is the file that was written; `busy`: a dialog of the system is open. */
export function fileLines(
  saved: SavedFolder | null,
  exported: string | null,
  busy: boolean,
  hands: FileHands,
): readonly Line[] {
  const own = words.sheet;
  const folder: Line[] = saved
    ? [
        {
          id: "saved",
          section: "computer",
          name: own.saved,
          what: own.savedWhat,
          also: own.savedAlso,
          kind: "plain",
          facts: [[own.savedIn, saved.folder]],
          presses: [
            { id: "saved-choose", name: own.chooseFolder, run: hands.choose, disabled: busy },
            { id: "saved-open", name: own.openFolder, run: hands.show },
            { id: "saved-reset", name: own.resetFolder, run: hands.reset, disabled: !saved.chosen },
          ],
        },
      ]
    : [];
  return [
    ...folder,
    {
      id: "export",
      section: "file",
      name: own.exportFile,
      what: own.exportWhat,
      note: exported === null ? null : own.exported(exported),
      also: own.exportAlso,
      kind: "plain",
      presses: [{ id: "export-button", name: own.exportTo, run: hands.write, disabled: busy }],
    },
    {
      id: "import-line",
      section: "file",
      name: own.importFile,
      what: own.importWhat,
      also: own.importAlso,
      kind: "part",
    },
  ];
}
