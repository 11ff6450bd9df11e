// Calls saved to files: what was asked for, and what became of it.
import { getContext, setContext } from "svelte";

import type { CallKey } from "../generated/CallKey";
import type { Problem } from "../generated/Problem";
import type { RecordingView } from "../generated/RecordingView";
import type { SavedCalls } from "../generated/SavedCalls";

/** What saving needs of the core. */
export interface SavingCore {
  saveCalls(calls: readonly CallKey[], details: boolean): Promise<SavedCalls>;
  showSaved(): Promise<void>;
}

/** Saves calls, and keeps what is to be said of the last that were. */
export class Saver {
  /** How many are being saved. */
  busy = $state(0);
  /** What became of the last ones, until it is put away. */
  done = $state.raw<SavedCalls | null>(null);

  /** What sounds is recorded, or was, and what became of that is not put away. */
  recorded = $state(false);

  #recording = (): RecordingView | undefined => undefined;
  #core: SavingCore;
  #failed: (reason: unknown) => void;

  /** `failed` is told of what concerns no call. */
  constructor(core: SavingCore, failed: (reason: unknown) => void) {
    this.#core = core;
    this.#failed = failed;
  }

  /** Saves these, with a text beside each if that is wanted. */
  async save(calls: readonly CallKey[], details: boolean): Promise<void> {
    if (calls.length === 0) return;
    // What is said of several that were saved at once is said together.
    if (this.busy === 0) this.done = null;
    this.busy += calls.length;
    try {
      this.done = joined(this.done, await this.#core.saveCalls(calls, details));
    } catch (reason) {
      this.#failed(reason);
    } finally {
      this.busy -= calls.length;
    }
  }

  /** Follows what is recorded. Belongs to a component. */
  follow(recording: () => RecordingView | undefined): void {
    this.#recording = recording;
    $effect(() => {
      if (!["off", undefined].includes(recording()?.stage)) this.recorded = true;
    });
  }

  /** A recording that began while this window was open has ended, and what became of it was not put away. */
  get news(): boolean {
    return this.recorded && this.#recording()?.stage === "off";
  }

  /** Opens their folder. */
  show(): void {
    this.#core.showSaved().catch(this.#failed);
  }
}

function joined(one: SavedCalls | null, other: SavedCalls): SavedCalls {
  if (one === null) return other;
  const isNew = ({ message }: Problem): boolean => one.problems.every((problem) => problem.message !== message);
  return {
    folder: other.folder,
    files: [...one.files, ...other.files],
    missing: one.missing + other.missing,
    problems: [...one.problems, ...other.problems.filter(isNew)],
  };
}

const HERE = Symbol("saver");

/** Makes it known to everything inside. */
export function provideSaver(saver: Saver): Saver {
  return setContext(HERE, saver);
}

/** The one of this window, where there is one. */
export function saverHere(): Saver | null {
  return getContext<Saver | undefined>(HERE) ?? null;
}
