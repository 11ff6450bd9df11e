// What is searched for, as the panel has it, and as the core is asked.
import type { SearchQuery } from "../generated/SearchQuery";
import type { ServerId } from "../generated/ServerId";
import type { SystemId } from "../generated/SystemId";
import type { TalkgroupId } from "../generated/TalkgroupId";
import { beginOf, endOf, NOTHING, type Entered, type Wrong } from "./days";

/** What is set in the panel. */
export interface Wanted {
  /** Words of a transcript, as typed. */
  text: string;
  systems: readonly SystemId[];
  talkgroups: readonly TalkgroupId[];
  groups: readonly string[];
  tags: readonly string[];
  from: Entered;
  to: Entered;
  bookmarkedOnly: boolean;
  oldestFirst: boolean;
  /** Of what is kept on this computer; else of what the server has. */
  here: boolean;
  /** Only what nobody has heard, of what is kept here. */
  unheardOnly: boolean;
}

/** The lists from which several can be chosen. */
export type Listing = "systems" | "talkgroups" | "groups" | "tags";

/** All of them, in the order in which they are offered. */
export const LISTINGS: readonly Listing[] = ["systems", "talkgroups", "groups", "tags"];

/** Nothing set: the whole archive, newest first. */
export const ALL: Wanted = {
  text: "",
  systems: [],
  talkgroups: [],
  groups: [],
  tags: [],
  from: NOTHING,
  to: NOTHING,
  bookmarkedOnly: false,
  oldestFirst: false,
  here: false,
  unheardOnly: false,
};

/** What keeps a search from being made. */
export type Amiss = { field: "from" | "to"; why: Wrong | "backwards" };

/** The question for the core, or what is wrong with it. */
export function questionOf(wanted: Wanted, server: ServerId): { query: SearchQuery } | { amiss: Amiss } {
  const fromMs = beginOf(wanted.from);
  if (typeof fromMs === "string") return { amiss: { field: "from", why: fromMs } };
  const toMs = endOf(wanted.to);
  if (typeof toMs === "string") return { amiss: { field: "to", why: toMs } };
  if (fromMs !== null && toMs !== null && toMs < fromMs) return { amiss: { field: "to", why: "backwards" } };
  const { systems, talkgroups, groups, tags, oldestFirst, here } = wanted;
  // Each place has its own way to narrow a search down.
  const [bookmarkedOnly, unheardOnly] = [!here && wanted.bookmarkedOnly, here && wanted.unheardOnly];
  const lists = { systems: [...systems], talkgroups: [...talkgroups], groups: [...groups], tags: [...tags] };
  const rest = { fromMs, toMs, bookmarkedOnly, oldestFirst, here, unheardOnly };
  return { query: { server, transcript: wanted.text.trim(), ...lists, ...rest } };
}

/** What stays when another server is searched: its ids and names mean nothing there. */
export function elsewhere(wanted: Wanted): Wanted {
  return { ...wanted, systems: [], talkgroups: [], groups: [], tags: [] };
}

/** Whether anything narrows the search. */
export function isNarrowed(wanted: Wanted): boolean {
  const { here } = wanted;
  const [bookmarkedOnly, unheardOnly] = [!here && wanted.bookmarkedOnly, here && wanted.unheardOnly];
  const narrowing = {
    ...wanted,
    text: wanted.text.trim(),
    oldestFirst: false,
    here: false,
    bookmarkedOnly,
    unheardOnly,
  };
  return JSON.stringify(narrowing) !== JSON.stringify(ALL);
}
