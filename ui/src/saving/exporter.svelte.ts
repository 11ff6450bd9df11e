// Many calls exported at once: which are chosen, how far it is, and what became of it.
import { getContext, setContext } from "svelte";
import { SvelteMap } from "svelte/reactivity";

import type { CallKey } from "../generated/CallKey";
import type { ExportChoice } from "../generated/ExportChoice";
import type { Exported } from "../generated/Exported";
import type { ExportProgress } from "../generated/ExportProgress";
import type { Row } from "../generated/Row";
import type { SpokenLanguage } from "../generated/SpokenLanguage";
import { callName } from "../state";

/** What exporting needs of the core. */
export interface ExportCore {
  exportCalls(
    calls: readonly CallKey[],
    choice: ExportChoice,
    onProgress: (far: ExportProgress) => void,
  ): Promise<Exported>;
  cancelExport(): Promise<void>;
  followExport(onProgress: (far: ExportProgress) => void): Promise<Exported | null>;
  forgetExport(): Promise<void>;
  canSpeak(language: SpokenLanguage): Promise<boolean>;
  showSaved(): Promise<void>;
}

/** More are not exported at once. */
export const MOST_EXPORTED = 5_000;

/** Chooses calls, exports them, and keeps what is to be said of the last that were. */
export class Exporter {
  /** What is to be exported is asked. */
  open = $state(false);
  /** How far it is, while calls are exported. */
  far = $state.raw<ExportProgress | null>(null);
  /** What became of the last ones, until it is put away. */
  done = $state.raw<Exported | null>(null);
  /** Whether a voice can announce calls; nothing until that is known. */
  speaks = $state<boolean | null>(null);

  #chosen = new SvelteMap<string, CallKey>();
  /** The one that was chosen only by asking. */
  #alone: CallKey | null = null;
  #core: ExportCore;
  #failed: (reason: unknown) => void;

  /** `failed` is told of what concerns no call. */
  constructor(core: ExportCore, failed: (reason: unknown) => void) {
    this.#core = core;
    this.#failed = failed;
  }

  /** How many are chosen. */
  get count(): number {
    return this.#chosen.size;
  }

  /** Whether this one is. */
  has(row: Row): boolean {
    return this.#chosen.size > 0 && this.#chosen.has(callName(row.key));
  }

  /** Chooses it, or no more. */
  toggle(row: Row): void {
    this.#begin();
    const name = callName(row.key);
    if (!this.#chosen.delete(name)) this.#add(name, row.key);
  }

  /** Chooses all of these too. */
  add(rows: readonly Row[]): void {
    this.#begin();
    for (const { key } of rows) this.#add(callName(key), key);
  }

  /** Chooses none. */
  clear(): void {
    this.#chosen.clear();
  }

  /** Asks how to export what is chosen; if nothing is, this call. */
  ask(row: Row | null): void {
    if (this.#chosen.size === 0 && row) {
      this.toggle(row);
      this.#alone = row.key;
    }
    if (this.#chosen.size > 0) this.open = true;
  }

  /** Nothing is exported after all: a call that was only asked about is not chosen for the next time. */
  leave(): void {
    if (this.#alone) this.#chosen.delete(callName(this.#alone));
    this.#alone = null;
  }

  /** Finds out whether there is a voice. */
  async listen(language: SpokenLanguage): Promise<void> {
    this.speaks = null;
    this.speaks = await this.#core.canSpeak(language).catch(() => false);
  }

  /** Exports what is chosen. Once that is done nothing is chosen any more; if it was not, it still is. */
  async run(choice: ExportChoice): Promise<void> {
    if (this.far !== null || this.#chosen.size === 0) return;
    const calls = [...this.#chosen.values()];
    this.#alone = null;
    this.far = { done: 0, of: calls.length };
    this.done = null;
    try {
      this.done = await this.#core.exportCalls(calls, choice, (far) => {
        if (this.far !== null) this.far = far;
      });
      if (this.done.problem === null && !this.done.cancelled) {
        // Others may have been chosen meanwhile.
        for (const key of calls) this.#chosen.delete(callName(key));
      }
    } catch (reason) {
      this.#failed(reason);
    } finally {
      this.far = null;
    }
  }

  /** Takes up what was begun before this page was there: how far it is, or what became of it. */
  async follow(): Promise<void> {
    let ended = false;
    const done = await this.#core
      .followExport((far) => {
        if (!ended) this.far = far;
      })
      .catch(() => null);
    ended = true;
    if (done === null) return;
    this.far = null;
    this.done = done;
  }

  /** What became of the last ones has been read. */
  forget(): void {
    if (this.done === null) return;
    this.done = null;
    // Then it is told once more to the next page.
    this.#core.forgetExport().catch(() => undefined);
  }

  /** Ends it early. */
  cancel(): void {
    this.#core.cancelExport().catch(this.#failed);
  }

  /** Opens the folder. */
  show(): void {
    this.#core.showSaved().catch(this.#failed);
  }

  /** Who chooses calls is told how many, and of the last ones no more. */
  #begin(): void {
    if (this.far === null) this.forget();
  }

  #add(name: string, key: CallKey): void {
    if (this.#chosen.size < MOST_EXPORTED) this.#chosen.set(name, key);
  }
}

const HERE = Symbol("exporter");

/** Makes it known to everything inside, and has it take up what goes on. */
export function provideExporter(exporter: Exporter): Exporter {
  void exporter.follow();
  return setContext(HERE, exporter);
}

/** The one of this window, where there is one. */
export function exporterHere(): Exporter | null {
  return getContext<Exporter | undefined>(HERE) ?? null;
}
