// Keeps the window's copy of the core's state and hands wishes to the core.
import type { CallKey } from "./generated/CallKey";
import type { Command } from "./generated/Command";
import type { DirectoryView } from "./generated/DirectoryView";
import type { GlobalKeysView } from "./generated/GlobalKeysView";
import type { Message } from "./generated/Message";
import type { Problem } from "./generated/Problem";
import type { ServerId } from "./generated/ServerId";
import type { UpdateTime } from "./generated/UpdateTime";
import type { UpdateView } from "./generated/UpdateView";
import type { Autostart, CloseChoice, Core, Ended, Invitation } from "./ipc";
import { motion } from "./motion.svelte";
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

  /** A link that was clicked and not answered yet. */
  invitation = $state.raw<Invitation | null>(null);

  /** How it stands with keys that work in every program. */
  globalKeys = $state.raw<GlobalKeysView>({ notOffered: null, refused: [] });

  #core: Core;
  #subscription = 0;
  /** The shell speaks up as soon as the window has subscribed. */
  #listening: Promise<unknown> | null;

  constructor(core: Core) {
    this.#core = core;
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
    }
  }

  /** Sends a wish. True once accepted; if not, `refusal` says why. */
  wish = (command: Command): Promise<boolean> => this.#ask(() => this.#core.send(command));

  /** Asks what a server lists. Rejects with a `Problem`, whatever went wrong. */
  talkgroups = async (server: ServerId): Promise<DirectoryView> => {
    try {
      return await this.#core.talkgroups(server);
    } catch (problem) {
      throw problemOf(problem);
    }
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

  /** A key for every program is being chosen, or not any more. Without an answer those that are taken cannot be pressed here. */
  choosingKey = (on: boolean): void => void this.#core.choosingKey(on).catch(() => undefined);

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
      return;
    }
    const next = apply(this.state, message, performance.now());
    if (next === GAP) void this.start();
    else this.state = next;
  }
}

function problemOf(value: unknown): Problem {
  if (isProblem(value)) return value;
  return { code: "notPossible", message: words.program.noAnswer, retry: { kind: "now" } };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "message" in value && "code" in value;
}
