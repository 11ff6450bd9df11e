// What was said in found calls: too much to come with every page, so it is asked for call by call.
import type { CallDetails } from "../generated/CallDetails";
import type { CallKey } from "../generated/CallKey";
import type { Row } from "../generated/Row";
import { callName } from "../state";
import { MOST_FOUND } from "./found.svelte";
import { forgotten, learnt, NOTHING_KNOWN, type Said } from "./rows";

/** So many are asked for at once. */
const AT_ONCE = 2;
/** More than any screen shows. */
const MOST_WAITING = 120;
const MOST_SAID = 2 * MOST_FOUND;

/** What was said in found calls: asked for when somebody looks, a few at a time, each once. */
export class Sayings {
  #known = $state.raw(NOTHING_KNOWN);
  #waiting: CallKey[] = [];
  #asking = 0;
  #ask: (call: CallKey) => Promise<CallDetails>;

  /** `ask` rejects with a `Problem`. */
  constructor(ask: (call: CallKey) => Promise<CallDetails>) {
    this.#ask = ask;
  }

  /** What is known; nothing where nobody asked. */
  of(row: Row): Said | null {
    return row.transcript ?? this.#known.get(callName(row.key)) ?? null;
  }

  /** Asks for it, unless it is known or asked for; again where that failed and `again` is wanted. */
  want(row: Row, again = false): void {
    const said = this.of(row);
    if (said !== null && !(again && said === "failed")) return;
    this.#set(row.key, "asked");
    this.#waiting.push(row.key);
    if (this.#waiting.length > MOST_WAITING) this.#forget(this.#waiting.splice(0, 1));
    this.#run();
  }

  /** Those that wait to be asked for are not wanted any more: other calls are looked at. */
  drop(): void {
    this.#forget(this.#waiting.splice(0));
  }

  #forget(keys: readonly CallKey[]): void {
    this.#known = forgotten(this.#known, keys);
  }

  #run(): void {
    while (this.#asking < AT_ONCE) {
      // The last that was looked at is the one that is looked at.
      const key = this.#waiting.pop();
      if (!key) return;
      this.#asking += 1;
      void this.#ask(key)
        .then(
          ({ transcript }) => this.#set(key, transcript ?? "none"),
          () => this.#set(key, "failed"),
        )
        .finally(() => {
          this.#asking -= 1;
          this.#run();
        });
    }
  }

  #set(key: CallKey, said: Said): void {
    this.#known = learnt(this.#known, key, said, MOST_SAID);
  }
}
