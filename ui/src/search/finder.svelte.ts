// The search of the panel: what is set, and what was found. It outlives the panel, so that closing it loses nothing.
import { untrack } from "svelte";

import type { Event } from "../generated/Event";
import type { ServerId } from "../generated/ServerId";
import type { Archive } from "../ipc";
import { Found } from "./found.svelte";
import { Sayings } from "./sayings.svelte";
import { ALL, elsewhere, questionOf, type Wanted } from "./wanted";

/** How long typing rests before its words are searched for, in milliseconds. */
export const TYPING = 200;

/** What the panel shows. */
export type View = "search" | "bookmarks";

/** Searches one server at a time. */
export class Finder {
  view = $state<View>("search");
  wanted = $state.raw<Wanted>(ALL);
  server = $state.raw<ServerId | null>(null);
  /** The words that the calls shown were found by. */
  words = $state("");

  found = new Found();
  bookmarks = new Found();
  sayings: Sayings;

  #account: string | null = null;
  #archive: Archive;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The question that was asked last, as text. */
  #asked: string | null = null;

  constructor(archive: Archive) {
    this.#archive = archive;
    this.sayings = new Sayings((call) => archive.details(call));
  }

  /** Searches this server from now on, as whoever is signed in there: what another one found is not shown. */
  at(server: ServerId, account: string): void {
    if (this.server === server && this.#account === account) return;
    if (this.server !== server) this.wanted = elsewhere(this.wanted);
    this.server = server;
    this.#account = account;
    this.found.forget();
    this.bookmarks.forget();
    this.sayings.drop();
    this.#asked = null;
  }

  /** Sets some of what is searched for. Typing is waited for. */
  set(change: Partial<Wanted>): void {
    this.wanted = { ...this.wanted, ...change };
    clearTimeout(this.#timer);
    // Not asked again by what follows, it would be waited for in vain.
    if (this.found.cancel()) this.#asked = null;
    const typed = [change.text, change.from?.day, change.to?.day].some((text) => text !== undefined && text !== "");
    if (typed) this.#timer = setTimeout(() => this.ask(), TYPING);
    else this.ask();
  }

  /** Asks, unless it asked just that before; `again` all the same. */
  ask(again = false): void {
    clearTimeout(this.#timer);
    const server = untrack(() => this.server);
    if (server === null) return;
    const question = untrack(() => questionOf(this.wanted, server));
    if ("amiss" in question) return;
    const { query } = question;
    const topic = JSON.stringify(query);
    if (topic === this.#asked && !again) return;
    this.#asked = topic;
    this.sayings.drop();
    void this.found
      .ask(topic, (after) => this.#archive.search(query, after))
      .then(() => {
        if (topic === this.#asked) this.words = query.transcript;
      });
  }

  /** Nothing was found out by the last question: there is cause to ask again. */
  get unanswered(): boolean {
    return this.found.problem !== null && this.found.rows.length === 0;
  }

  /** Asks for the bookmarks. */
  askBookmarks(): void {
    const server = untrack(() => this.server);
    if (server !== null) void this.bookmarks.ask(String(server), () => this.#archive.bookmarks(server));
  }

  /** Says what happened. */
  hear(events: readonly Event[]): void {
    this.found.hear(events);
    this.bookmarks.hear(events);
  }

  /** Nothing waits to be asked any more. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
