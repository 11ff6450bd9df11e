// Settings as a file: what the user is looking at, and what came of it.
import type { ImportSummary } from "../../generated/ImportSummary";
import type { Mirror } from "../../mirror.svelte";
import { words } from "../../words";

/** Writes and reads such files. Belongs to the sheet. */
export class Files {
  /** The system's dialog is open. */
  busy = $state(false);
  /** The file that was written. */
  exported = $state<string | null>(null);
  /** What is in the file that was chosen, until it is used or left. */
  summary = $state.raw<ImportSummary | null>(null);
  /** What became of it. */
  came = $state<"nothing" | "taken" | "undone">("nothing");

  #mirror: Mirror;

  constructor(mirror: Mirror) {
    this.#mirror = mirror;
  }

  /** As when the settings are opened. */
  begin(): void {
    this.exported = this.summary = null;
    this.came = "nothing";
  }

  write = (): Promise<void> =>
    this.#alone(async () => {
      this.exported = null;
      this.exported = await this.#mirror.exportSettings(words.sheet.exportFile);
    });

  read = (): Promise<void> =>
    this.#alone(async () => {
      this.summary = null;
      this.came = "nothing";
      this.summary = await this.#mirror.readSettings(words.sheet.importFile);
    });

  /** Uses what was looked at. */
  take = async (): Promise<void> => {
    const { summary } = this;
    if (summary === null || !(await this.#mirror.wish({ kind: "import", id: summary.id }))) return;
    this.summary = null;
    this.came = "taken";
  };

  /** Does not. */
  leave = (): void => void (this.summary = null);

  undo = async (): Promise<void> => {
    if (await this.#mirror.wish({ kind: "undoImport" })) this.came = "undone";
  };

  async #alone(what: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await what();
    } finally {
      this.busy = false;
    }
  }
}
