// The hand on the volume: what it wants counts until the core has it, so that nothing jumps back or is lost between.
import type { Wish } from "../ipc";
import { bounded } from "./volume";

/** Milliseconds between two wishes while it moves: smoother than the ear, far fewer than the pointer. */
const BETWEEN = 50;
/** How long it is believed without an answer, in milliseconds: what the core does not take, it does not have. */
const BELIEVED = 1500;

/** Where the hand wants the volume. */
export class VolumeHand {
  /** In decibels; nothing once the core has it. */
  wanted = $state.raw<number | null>(null);

  #wish: Wish;
  #sent: number | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #belief: ReturnType<typeof setTimeout> | undefined;

  constructor(wish: Wish) {
    this.#wish = wish;
  }

  /** Moves to a level. The first move is sent at once, the last one of many always. */
  move(db: number): void {
    this.wanted = bounded(db);
    this.#tell();
  }

  /** The core's volume is this now. */
  heard(db: number): void {
    if (this.#pause === undefined && this.wanted !== null && bounded(db) === this.wanted) this.#rest();
  }

  #tell(): void {
    if (this.#pause !== undefined || this.wanted === null || this.wanted === this.#sent) return;
    const db = this.wanted;
    this.#sent = db;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#tell();
    }, BETWEEN);
    clearTimeout(this.#belief);
    this.#belief = setTimeout(() => this.#rest(), BELIEVED);
    void this.#wish({ kind: "volume", db }).then((taken) => !taken && this.#sent === db && this.#rest());
  }

  #rest(): void {
    clearTimeout(this.#pause);
    clearTimeout(this.#belief);
    this.#pause = undefined;
    this.#sent = null;
    this.wanted = null;
  }
}
