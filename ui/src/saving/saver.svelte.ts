// Calls saved to files: what was asked for, and what became of it.
import { getContext, setContext } from "svelte";

import type { CallKey } from "../generated/CallKey";
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
    this.busy += calls.length;
    this.done = null;
    try {
      this.done = await this.#core.saveCalls(calls, details);
    } catch (reason) {
      this.#failed(reason);
    } finally {
      this.busy -= calls.length;
    }
  }

  /** Opens their folder. */
  show(): void {
    this.#core.showSaved().catch(this.#failed);
  }
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
