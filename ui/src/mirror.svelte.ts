// Keeps the window's copy of the core's state and hands wishes to the core.
import type { CallKey } from "./generated/CallKey";
import type { Command } from "./generated/Command";
import type { DirectoryView } from "./generated/DirectoryView";
import type { Event } from "./generated/Event";
import type { GlobalKeysView } from "./generated/GlobalKeysView";
import type { ImportSummary } from "./generated/ImportSummary";
import type { Message } from "./generated/Message";
import type { Press } from "./generated/Press";
import type { Problem } from "./generated/Problem";
import type { ServerId } from "./generated/ServerId";
import type { SoundDevices } from "./generated/SoundDevices";
import type { UpdateTime } from "./generated/UpdateTime";
import type { UpdateView } from "./generated/UpdateView";
import type { About, Archive, Autostart, CloseChoice, Core, Ended, Invitation, Licence, SavedFolder } from "./ipc";
import { motion } from "./motion.svelte";
import type { ArchiveCore } from "./archive/here.svelte";
import type { TimelineCore } from "./timeline/looker.svelte";
import type { ExportCore } from "./saving/exporter.svelte";
import type { SavingCore } from "./saving/saver.svelte";
import { apply, GAP, type State } from "./state";
import { words } from "./words";

/** The window's copy of the state. Replaced whole on every message; components read, and send wishes. */
export class Mirror {
  /** Nothing until the first snapshot. */
  state = $state.raw<State | null>(null);
  /** Why the last wish was not accepted; gone when the next one is. */
  refusal = $state.raw<Problem | null>(null);
  /** The core did not answer; the window shows nothing it cannot know. */
  lost = $state(false);
  /** The core has ended by itself: nothing shown would be true. */
  stopped = $state(false);
  /** The window was to be closed; what that means has to be answered. */
  closing = $state(false);
  /** Whether there is a tray to close it into. */
  hasTray = $state(true);
  /** The settings are open. */
  settings = $state(false);
  /** The call to look at, until the list shows it. */
  call = $state.raw<CallKey | null>(null);
  /** Something on the desktop shows notifications. */
  notifications = $state(true);
  /** What is known of a newer Squelch; nothing until the shell has said so. */
  update = $state.raw<UpdateView | null>(null);
  /** Whether Squelch starts at login, as of when it was looked at last. */
  autostart = $state.raw<Autostart | null>(null);
  /** What Squelch says of itself; nothing until somebody asked. */
  about = $state.raw<About | null>(null);
  /** Which sound devices can be chosen, as of when somebody asked last; nothing until then. */
  soundDevices = $state.raw<SoundDevices | null>(null);
  /** Where calls are saved; nothing until somebody asked. */
  savedFolder = $state.raw<SavedFolder | null>(null);

  /** A link that was clicked and not answered yet. */
  invitation = $state.raw<Invitation | null>(null);

  /** Settled once it is known how things stand: with the first snapshot, or with the news that there will be none. */
  readonly heard: Promise<void>;
  #hasHeard: () => void = () => undefined;

  /** How it stands with keys that work in every program. */
  globalKeys = $state.raw<GlobalKeysView>({ notOffered: null, refused: [] });

  #core: Core;
  #hearers: ((events: readonly Event[]) => void)[] = [];
  #subscription = 0;
  /** The shell speaks up as soon as the window has subscribed. */
  #listening: Promise<unknown> | null;

  constructor(core: Core) {
    this.#core = core;
    this.heard = new Promise((resolve) => (this.#hasHeard = resolve));
    // Without an answer the shell closes the window the second time: hearing nothing of it does no harm.
    const asked = core.onClosing((tray) => {
      this.hasTray = tray;
      this.closing = true;
    });
    const shown = core.onSettings(() => (this.settings = true));
    const looked = core.onShowCall((call) => (this.call = call));
    this.#listening = Promise.allSettled([asked, shown, looked]);
    // A link that nobody hears of is clicked again.
    void core.onInvitation((invitation) => (this.invitation = invitation)).catch(() => undefined);
    // Where nobody knows what the machine runs on, things move.
    void core.onPower((battery) => (motion.battery = battery)).catch(() => undefined);
    // Where nobody knows, nothing is said against them.
    void core.onNotifications((there) => (this.notifications = there)).catch(() => undefined);
    // Without an answer nothing is said about keys.
    void core.onGlobalKeys((keys) => (this.globalKeys = keys)).catch(() => undefined);
    // Without an answer nothing is said about updates.
    void core.onUpdate((update) => (this.update = update)).catch(() => undefined);
  }

  /** Asks for a snapshot and what follows it. What an earlier subscription still sends is ignored. */
  async start(): Promise<void> {
    const mine = ++this.#subscription;
    if (this.#listening) await this.#listening;
    this.#listening = null;
    try {
      await this.#core.subscribe((message) => {
        if (mine === this.#subscription) this.#hear(message);
      });
      this.lost = false;
    } catch {
      this.lost = true;
      this.#hasHeard();
    }
  }

  /** Loads the window anew: what is changed by it is decided before it is built. */
  reload = (): void => this.#core.reload();

  /** Sends a wish. True once accepted; if not, `refusal` says why. */
  wish = (command: Command): Promise<boolean> => this.#ask(() => this.#core.send(command));

  /** Asks what a server lists. Rejects with a `Problem`, whatever went wrong. */
  talkgroups = (server: ServerId): Promise<DirectoryView> => asked(() => this.#core.talkgroups(server));

  /** Asks about calls. Rejects with a `Problem`, whatever went wrong. */
  archive: Archive = {
    search: (query, after) => asked(() => this.#core.search(query, after)),
    bookmarks: (server) => asked(() => this.#core.bookmarks(server)),
    details: (call) => asked(() => this.#core.details(call)),
    shared: (call) => asked(() => this.#core.shared(call)),
    share: (call) => asked(() => this.#core.share(call)),
    unshare: (call) => asked(() => this.#core.unshare(call)),
    openLink: (url) => asked(() => this.#core.openLink(url)),
  };

  /** Tells what happens, for whoever shows calls that are not in the feed; until the answer is called. */
  hear = (hear: (events: readonly Event[]) => void): (() => void) => {
    this.#hearers.push(hear);
    return () => {
      this.#hearers = this.#hearers.filter((one) => one !== hear);
    };
  };

  /** Starts the demo and listens to it. */
  tryDemo = (): Promise<boolean> => this.#ask(() => this.#core.tryDemo());

  /** Answers what closing the window means. */
  close = (choice: CloseChoice): Promise<boolean> => {
    this.closing = false;
    return this.#ask(() => this.#core.close(choice));
  };

  /** Looks for a newer Squelch now. */
  lookForUpdate = (): Promise<boolean> => this.#ask(() => this.#core.lookForUpdate());

  /** Installs the newer Squelch, at this time. */
  installUpdate = (time: UpdateTime): Promise<boolean> => this.#ask(() => this.#core.installUpdate(time));

  /** Makes the text for a bug report. */
  diagnostics = (): Promise<string> => this.#core.diagnostics();

  /** Opens the folder with logs and crash reports. */
  openFolder = (): Promise<boolean> => this.#ask(() => this.#core.openFolder());

  /** Asks the desktop whether Squelch starts at login. Without an answer nothing is said about it. */
  lookAtAutostart = async (): Promise<void> => {
    this.autostart = await this.#core.autostart().catch(() => null);
  };

  /** Starts Squelch at login, or no more; shown is what came of it. */
  setAutostart = async (on: boolean): Promise<boolean> => {
    const done = await this.#ask(() => this.#core.setAutostart(on));
    await this.lookAtAutostart();
    return done;
  };

  /** Asks the shell what Squelch says of itself. Without an answer it says nothing. */
  lookAtAbout = async (): Promise<void> => {
    this.about = await this.#core.about().catch(() => null);
  };

  /** Asks the shell where calls are saved. */
  lookAtSavedFolder = async (): Promise<void> => {
    this.savedFolder = await this.#core.savedFolder().catch(() => null);
  };

  /** Has the user choose where calls are saved; the title is the dialog's. */
  chooseSavedFolder = async (title: string): Promise<void> => {
    await this.#ask(async () => void (await this.#core.chooseSavedFolder(title)));
    await this.lookAtSavedFolder();
  };

  /** Has calls saved in the usual place again. */
  resetSavedFolder = async (): Promise<void> => {
    await this.#ask(() => this.#core.resetSavedFolder());
    await this.lookAtSavedFolder();
  };

  /** Asks which sound devices can be chosen. Without an answer there is only the default, and what was chosen before. */
  lookAtSoundDevices = async (): Promise<void> => {
    try {
      this.soundDevices = await this.#core.soundDevices();
    } catch (problem) {
      this.soundDevices = null;
      this.refuse(problem);
    }
  };

  /** Has the user choose a file, and writes the settings there. Gives its name if that was done. */
  exportSettings = async (title: string): Promise<string | null> => {
    let file: string | null = null;
    await this.#ask(async () => void (file = await this.#core.exportSettings(title)));
    return file;
  };

  /** Has the user choose a file of settings. Gives what is in it if it can be had. */
  readSettings = async (title: string): Promise<ImportSummary | null> => {
    let summary: ImportSummary | null = null;
    await this.#ask(async () => void (summary = await this.#core.readSettings(title)));
    return summary;
  };

  /** Has the desktop show where the source is, … */
  openSource = (): Promise<boolean> => this.#ask(() => this.#core.openSource());

  /** … a licence, … */
  openLicence = (licence: Licence): Promise<boolean> => this.#ask(() => this.#core.openLicence(licence));

  /** … or a letter to whoever offers help for a server. */
  writeToSupport = (server: ServerId): Promise<boolean> => this.#ask(() => this.#core.writeToSupport(server));

  /** A key for every program is being chosen, or not any more. Without an answer those that are taken cannot be pressed here. */
  choosingKey = (on: boolean): void => void this.#core.choosingKey(on).catch(() => undefined);

  /** Moves the window with the mouse. Where that cannot be done the window stays. */
  dragWindow = (): void => void this.#core.dragWindow().catch(() => undefined);

  /** Answers a press with a tone. It is no wish: whether one is heard changes nothing that is shown. */
  beep = (press: Press): void => void this.#core.send({ kind: "beep", press }).catch(() => undefined);

  /** The archive on this computer. Rejects with a `Problem`, whatever went wrong. */
  kept: ArchiveCore = {
    unheard: () => asked(() => this.#core.unheard()),
    playUnheard: (server, talkgroup) => asked(() => this.#core.playUnheard(server, talkgroup)),
  };

  /** The timeline of the archive on this computer, and playing from there. */
  timeline: TimelineCore = {
    timeline: (query) => asked(() => this.#core.timeline(query)),
    playOn: (call, atMs, groups) => asked(() => this.#core.playOn(call, atMs, groups)),
  };

  /** Saves calls. */
  saving: SavingCore = {
    saveCalls: (calls, details) => this.#core.saveCalls(calls, details),
    showSaved: () => this.#core.showSaved(),
  };

  /** Exports calls. */
  exporting: ExportCore = {
    exportCalls: (calls, choice, onProgress) => this.#core.exportCalls(calls, choice, onProgress),
    cancelExport: () => this.#core.cancelExport(),
    followExport: (onProgress) => this.#core.followExport(onProgress),
    forgetExport: () => this.#core.forgetExport(),
    canSpeak: (language) => this.#core.canSpeak(language),
    showSaved: () => this.#core.showSaved(),
  };

  /** Opens the folder with saved calls. */
  showSaved = (): Promise<boolean> => this.#ask(() => this.#core.showSaved());

  /** Something was not possible. */
  refuse = (reason: unknown): void => {
    this.refusal = problemOf(reason);
  };

  /** Takes the refusal away. */
  forgive = (): void => {
    this.refusal = null;
  };

  async #ask(question: () => Promise<void>): Promise<boolean> {
    try {
      await question();
      this.refusal = null;
      return true;
    } catch (problem) {
      this.refusal = problemOf(problem);
      return false;
    }
  }

  #hear(message: Message | Ended): void {
    if (message.kind === "ended") {
      this.stopped = true;
      this.#hasHeard();
      return;
    }
    const next = apply(this.state, message, performance.now());
    if (next === GAP) void this.start();
    else {
      this.state = next;
      for (const hear of this.#hearers) hear(eventsOf(message));
      this.#hasHeard();
    }
  }
}

/** What a message says has happened. Of a snapshot: that its calls are as it shows them. */
function eventsOf(message: Message): readonly Event[] {
  if (message.kind === "update") return message.update.events;
  return [{ kind: "rowsAdded", rows: message.snapshot.rows }];
}

async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (problem) {
    throw problemOf(problem);
  }
}

function problemOf(value: unknown): Problem {
  if (isProblem(value)) return value;
  return { code: "notPossible", message: words.program.noAnswer, retry: { kind: "now" } };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "message" in value && "code" in value;
}
