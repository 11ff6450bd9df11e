// Calls of a server's archive, page by page. What happens to them is heard: a found call is often not in the feed.
import type { Event } from "../generated/Event";
import type { FoundPage } from "../generated/FoundPage";
import type { Problem } from "../generated/Problem";
import type { Row } from "../generated/Row";
import { after, joined } from "./rows";

/** Asks for a page; `after` is the `next` of the one before. Rejects with a `Problem`. */
export type Fetch = (after: string | null) => Promise<FoundPage>;

/** Most calls of one list: the core knows as many by their keys. */
export const MOST_FOUND = 800;
/** So many pages without a call are gone through before somebody has to want more. */
const MOST_BARREN = 3;

/** One list of found calls. What comes late of an older question is not heard. */
export class Found {
  rows = $state.raw<readonly Row[]>([]);
  /** How many there are in all, where that is known. */
  total = $state.raw<number | null>(null);
  /** What is being asked for. */
  asking = $state<"nothing" | "first" | "more">("nothing");
  /** Why the last page did not come. */
  problem = $state.raw<Problem | null>(null);
  /** There is more. */
  more = $state(false);
  /** Nothing came several times: more only if somebody wants it. */
  stalled = $state(false);
  /** So many stored calls were looked at in vain, and then the core gave up. */
  inVain = $state.raw<number | null>(null);
  /** Counts the questions that were answered, so that an answer like the one before is noticed. */
  answers = $state(0);

  #fetch: Fetch | null = null;
  #topic: string | null = null;
  #next: string | null = null;
  #asked = 0;
  #barren = 0;

  /** Asks anew. What is shown stays until the answer, and where it fails only if it is of the same `topic`. */
  async ask(topic: string, fetch: Fetch): Promise<void> {
    const mine = (this.#asked += 1);
    this.#fetch = fetch;
    this.asking = "first";
    this.problem = null;
    try {
      const page = await fetch(null);
      if (mine !== this.#asked) return;
      this.#barren = 0;
      this.rows = [];
      this.#topic = topic;
      this.#take(page);
      this.answers += 1;
    } catch (problem) {
      if (mine !== this.#asked) return;
      if (this.#topic !== topic) this.#drop();
      this.problem = problem as Problem;
    }
    this.asking = "nothing";
  }

  /** Asks for the page that follows; again, where the last one did not come. */
  async fetchMore(): Promise<void> {
    if (this.asking !== "nothing" || !this.more || !this.#fetch) return;
    const mine = (this.#asked += 1);
    const before = this.rows.length;
    this.asking = "more";
    this.problem = null;
    this.stalled = false;
    try {
      const page = await this.#fetch(this.#next);
      if (mine !== this.#asked) return;
      this.#take(page);
      this.#barren = this.rows.length > before ? 0 : this.#barren + 1;
      this.stalled = this.more && this.#barren >= MOST_BARREN;
    } catch (problem) {
      if (mine !== this.#asked) return;
      this.problem = problem as Problem;
    }
    this.asking = "nothing";
  }

  /** What was asked is not heard any more: another question is on its way. True if something was. */
  cancel(): boolean {
    const was = this.asking !== "nothing";
    this.#asked += 1;
    this.asking = "nothing";
    return was;
  }

  /** Nothing is asked for, and nothing is shown. */
  forget(): void {
    this.#asked += 1;
    this.asking = "nothing";
    this.problem = null;
    this.#drop();
  }

  /** Says what happened. */
  hear(events: readonly Event[]): void {
    let rows = this.rows;
    for (const event of events) rows = after(rows, event);
    this.rows = rows;
  }

  #take(page: FoundPage): void {
    this.rows = joined(this.rows, page.rows).slice(0, MOST_FOUND);
    this.#next = page.next;
    this.total = page.total;
    this.inVain = page.inVain;
    this.more = page.next !== null && this.rows.length < MOST_FOUND;
  }

  #drop(): void {
    this.#topic = null;
    this.#next = null;
    this.rows = [];
    this.total = this.inVain = null;
    this.more = this.stalled = false;
  }
}
