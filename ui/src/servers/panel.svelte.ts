// What stands above the card: the form for a new address, or what a server waits for.
import type { ServerId } from "../generated/ServerId";
import type { ServerView } from "../generated/ServerView";
import type { Wish } from "../ipc";
import { standingOf } from "./standing";

/** What the panel shows. */
type Shown =
  | { kind: "add"; address: string }
  | { kind: "password"; id: ServerId }
  /** `added`: from here, just now; `from`: where it stood when the panel opened. */
  | { kind: "server"; id: ServerId; added: boolean; from: string };

/** The panel above the card. Belongs to a component. */
export class ServerPanels {
  shown = $state.raw<Shown | null>(null);
  /** The server it shows, if it shows one that is there. */
  readonly server: ServerView | null = $derived.by(() => {
    const { shown } = this;
    return shown && shown.kind !== "add" ? this.#find(shown.id) : null;
  });

  #servers: () => readonly ServerView[];
  #wish: Wish;
  #known: readonly ServerId[] = [];

  constructor(servers: () => readonly ServerView[], wish: Wish) {
    this.#servers = servers;
    this.#wish = wish;
    // A server just added brings its own questions: the panel goes on with them.
    $effect(() => {
      const all = this.#servers();
      const newest = all.find((server) => !this.#known.includes(server.id));
      this.#known = all.map((server) => server.id);
      if (newest && this.shown?.kind === "add") this.open(newest.id, true);
    });
    // It closes by itself once its server listens, or is gone.
    $effect(() => {
      const { shown, server } = this;
      if (!shown || shown.kind === "add") return;
      if (!server) this.shown = null;
      // Nobody's password can be changed any more.
      else if (shown.kind === "password") {
        if (server.account.kind !== "signedIn" && server.account.kind !== "signingIn") this.shown = null;
      } else if (standingOf(server) === "listening" && stageOf(server) !== shown.from) this.shown = null;
    });
  }

  /** Shows what a server waits for. */
  open(id: ServerId, added = false): void {
    this.shown = { kind: "server", id, added, from: stageOf(this.#find(id)) };
  }

  /** Shows the form for another password. */
  password(id: ServerId): void {
    this.shown = { kind: "password", id };
  }

  /** Shows the form for another server's address. */
  add(address = ""): void {
    this.shown = { kind: "add", address };
  }

  /** Shows nothing, whatever was typed. */
  close(): void {
    this.shown = null;
  }

  /** Another address is to be typed in place of this one. */
  other(address: string): void {
    this.#forget();
    this.add(address);
  }

  /** What was begun is not wanted. */
  cancel(): void {
    this.#forget();
    this.close();
  }

  /** The server itself named its other address: one takes the other's place, and the panel goes on with the new one. */
  async instead(address: string): Promise<void> {
    const old = this.server;
    this.add(address);
    if (old) await this.#wish({ kind: "removeServer", server: old.id });
    await this.#wish({ kind: "addServer", address, remember: true, login: null });
  }

  // Only an address typed here that led to nothing is forgotten again. A server of before keeps its calls, its place in
  // the queue and its login: removing it is asked for in the servers' sheet.
  #forget(): void {
    const { shown, server } = this;
    if (shown?.kind === "server" && shown.added && server?.version === null)
      void this.#wish({ kind: "removeServer", server: server.id });
  }

  #find(id: ServerId): ServerView | null {
    return this.#servers().find((server) => server.id === id) ?? null;
  }
}

function stageOf(server: ServerView | null): string {
  return server ? `${standingOf(server)} ${server.account.kind}` : "";
}
