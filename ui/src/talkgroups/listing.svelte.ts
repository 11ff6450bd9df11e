// What a server lists, fetched when it is looked at: far too much to come with every change.
import type { DirectoryView } from "../generated/DirectoryView";
import type { Problem } from "../generated/Problem";
import type { ServerId } from "../generated/ServerId";

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

  /** Fetches a server's list. What was asked for before and comes late is not heard. */
  async ask(server: ServerId): Promise<void> {
    this.forget(server);
    const mine = this.#asked;
    try {
      const directory = await this.#fetch(server);
      if (mine === this.#asked) this.directory = directory;
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
