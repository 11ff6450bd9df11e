// Which time the timeline shows: it goes along with now until somebody looks at another time.
import { minutes, seconds } from "../ticks";
import { including, SPANS, zoomed } from "./view";

const HOUR = 3_600_000;
/** So much of a window beyond now is still now, of what can be shown: the newest call does not stick to the edge. */
const AHEAD = 1 / 50;

export class Shown {
  span = $state(HOUR);
  /** Where it ends; nothing while it goes along. */
  #fixed = $state.raw<number | null>(null);
  readonly now = $derived(this.span > HOUR ? minutes.wall : seconds.wall);
  readonly end = $derived(this.#fixed ?? this.now + this.span * AHEAD);

  get isNow(): boolean {
    return this.#fixed === null;
  }

  get isClosest(): boolean {
    return this.span === SPANS[0];
  }

  get isFarthest(): boolean {
    return this.span === SPANS.at(-1);
  }

  /** Shows the last hours. */
  choose(hours: number): void {
    this.span = hours * HOUR;
    this.#fixed = null;
  }

  toNow(): void {
    this.#fixed = null;
  }

  /** Ends there; beyond now is now. */
  to(end: number): void {
    this.#fixed = end >= this.now + this.span * AHEAD ? null : end;
  }

  /** Moves on by so much of what is shown. */
  shift(parts: number): void {
    this.to(this.end + this.span * parts);
  }

  /** Shows more or less, while a time stays where it is. */
  zoom(step: 1 | -1, around: number): void {
    const { end, span } = zoomed(this, step, around);
    this.span = span;
    this.to(end);
  }

  /** Moves until a time is shown. */
  include(time: number): void {
    const end = including(this, time);
    if (end !== this.end) this.to(end);
  }

  /** A time to zoom around: this one if it is shown, else the newest. */
  around(time: number | null): number {
    return time !== null && time > this.end - this.span && time < this.end ? time : this.end;
  }
}
