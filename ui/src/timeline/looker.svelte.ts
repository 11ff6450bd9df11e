// Asks the core for the part of the timeline that is shown, and a little more on both sides; again when calls have come.
import type { CallKey } from "../generated/CallKey";
import type { TimelineQuery } from "../generated/TimelineQuery";
import type { TimelineView } from "../generated/TimelineView";
import { Stretch } from "./stretch";
import { SHAPES_UP_TO } from "./view";

/** What the timeline needs of the core. Both reject with a `Problem`. */
export interface TimelineCore {
  timeline(query: TimelineQuery): Promise<TimelineView>;
  playOn(call: CallKey, atMs: number, groups: readonly number[]): Promise<void>;
}

/** News is waited for so long, in milliseconds: calls come in bursts. Where a day is shown one more of them is a line. */
const SETTLED = 1000;
const SETTLED_FAR = 10_000;

/** What was asked, and what came of it. */
export class Looker {
  /** Nothing before the first answer. */
  stretch = $state.raw<Stretch | null>(null);
  /** The last question was not answered. */
  failure = $state.raw<unknown>(null);
  #core: TimelineCore;
  #asked = 0;
  #wanted: { from: number; to: number; shapes: boolean } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(core: TimelineCore) {
    this.#core = core;
  }

  /** This is shown now. */
  show(from: number, to: number): void {
    const shapes = to - from <= SHAPES_UP_TO;
    const had = this.#wanted;
    const span = to - from;
    const is = had && had.from <= from && had.to >= to && had.shapes === shapes && had.to - had.from <= 4 * span;
    if (is) return;
    this.#wanted = { from: from - span / 2, to: to + span / 2, shapes };
    this.ask();
  }

  /** Calls have come, or something has become of them. */
  renew(): void {
    this.#timer ??= setTimeout(() => this.ask(), this.#wanted?.shapes === false ? SETTLED_FAR : SETTLED);
  }

  /** Asks now. Whatever is answered to an earlier question later is old. */
  ask(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const wanted = this.#wanted;
    if (!wanted) return;
    const { from, to, shapes } = wanted;
    const asked = (this.#asked += 1);
    this.#core.timeline({ fromMs: from, toMs: to, shapes }).then(
      (view) => {
        if (asked !== this.#asked) return;
        this.stretch = new Stretch(view, from, to);
        this.failure = null;
      },
      (reason: unknown) => {
        if (asked === this.#asked) this.failure = reason;
      },
    );
  }

  /** Plays a call from a place in it, and those after it in all the lanes that are shown. */
  play(call: CallKey, atMs: number): Promise<void> {
    const groups = this.stretch?.lanes.map(({ group }) => group) ?? [];
    return this.#core.playOn(call, Math.max(0, Math.round(atMs)), groups);
  }

  /** Asks no more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
  }
}
