// Parts of the window that are loaded when they are first wanted, and stay: what nobody opens needs no memory.

/** A part, which is a file of its own in the built window. */
export class Part<Loaded> {
  /** Nothing until it was wanted. */
  loaded = $state.raw<Loaded | null>(null);
  #loading: Promise<void> | null = null;
  #file: () => Promise<{ default: Loaded }>;

  constructor(file: () => Promise<{ default: Loaded }>) {
    this.#file = file;
  }

  /** Loads it, once. The files are in the program, so they are there. */
  load(): Promise<void> {
    this.#loading ??= this.#file().then(({ default: loaded }) => void (this.loaded = loaded));
    return this.#loading;
  }
}

export const parts = {
  alerts: new Part(() => import("./alerts/AlertsDialog.svelte")),
  export: new Part(() => import("./saving/ExportDialog.svelte")),
  help: new Part(() => import("./settings/ShortcutsHelp.svelte")),
  palette: new Part(() => import("./palette/Palette.svelte")),
  report: new Part(() => import("./settings/ReportDialog.svelte")),
  savePreset: new Part(() => import("./talkgroups/PresetsDialog.svelte")),
  settings: new Part(() => import("./settings/sheet/SettingsSheet.svelte")),
  search: new Part(() => import("./search/SearchPanel.svelte")),
  share: new Part(() => import("./share/ShareDialog.svelte")),
  talkgroups: new Part(() => import("./talkgroups/TalkgroupsPanel.svelte")),
  timeline: new Part(() => import("./timeline/TimelinePanel.svelte")),
  unit: new Part(() => import("./units/UnitDialog.svelte")),
};
