// What a server lists, fetched when it is looked at: far too much to come with every change.
import type { DirectoryView } from "../generated/DirectoryView";
import type { Problem } from "../generated/Problem";
import type { ServerId } from "../generated/ServerId";

/** The list that came last, and which it is: whoever opens a panel again, or another one, need not wait for it again. */
interface Known {
  readonly server: ServerId;
  readonly edition: number;
  readonly directory: DirectoryView;
}

/** For each that is asked. */
const known = new WeakMap<object, Known>();

/** The list of one server. What was fetched stays while it is fetched again. */
export class Listing {
  /** Nothing until it has come. */
  directory = $state.raw<DirectoryView | null>(null);
  /** Why it did not come the last time. */
  problem = $state.raw<Problem | null>(null);

  #fetch: (server: ServerId) => Promise<DirectoryView>;
  #asked = 0;

  /** `fetch` rejects with a `Problem`. */
  constructor(fetch: (server: ServerId) => Promise<DirectoryView>) {
    this.#fetch = fetch;
  }

  /**
   * Fetches the list that a server has sent as its `edition`th, unless it is known. What was asked for before and comes
   * late is not heard.
   */
  async ask(server: ServerId, edition: number): Promise<void> {
    this.forget(server);
    const mine = this.#asked;
    const last = known.get(this.#fetch);
    if (last?.server === server && last.edition === edition) {
      this.directory = last.directory;
      return;
    }
    try {
      const directory = await this.#fetch(server);
      if (mine !== this.#asked) return;
      this.directory = directory;
      known.set(this.#fetch, { server, edition, directory });
    } catch (problem) {
      if (mine === this.#asked) this.problem = problem as Problem;
    }
  }

  /** Nothing is asked for, and nothing is known but what `of` this server came before. */
  forget(of: ServerId | null): void {
    this.#asked += 1;
    this.problem = null;
    if (this.directory?.server !== of) this.directory = null;
  }
}
