// How talkgroups and systems are heard: who goes first, on which side, how loud.
import { sameSystem, sameTalkgroup, talkgroupOf } from "../calls";
import { decibels } from "../format";
import type { Command } from "../generated/Command";
import type { HearingView } from "../generated/HearingView";
import type { Mix } from "../generated/Mix";
import type { Priority } from "../generated/Priority";
import type { Row } from "../generated/Row";
import type { ServerId } from "../generated/ServerId";
import type { SystemId } from "../generated/SystemId";
import type { SystemKey } from "../generated/SystemKey";
import type { TalkgroupId } from "../generated/TalkgroupId";
import type { TalkgroupKey } from "../generated/TalkgroupKey";
import { words } from "../words";

/** From the one that plays first. */
export const PRIORITIES: readonly Priority[] = ["high", "normal", "low"];

/** Places between left and right, as the core has them. */
export const BALANCES: readonly number[] = [-1, -0.5, 0, 0.5, 1];

/** How much louder or quieter, in decibels. */
export const OFFSETS: readonly number[] = [12, 9, 6, 3, 0, -3, -6, -9, -12];

const USUAL: Mix = { balance: 0, offsetDb: 0 };

/** How early a talkgroup's calls play. */
export function priorityOf(hearing: HearingView, key: TalkgroupKey | null): Priority {
  return hearing.priorities.find((one) => sameTalkgroup(one.key, key))?.priority ?? "normal";
}

/** Where a talkgroup is heard and how loud, apart from its system. */
export function mixOf(hearing: HearingView, key: TalkgroupKey | null): Mix {
  return hearing.talkgroups.find((one) => sameTalkgroup(one.key, key))?.mix ?? USUAL;
}

/** The same for a system. */
export function systemMixOf(hearing: HearingView, key: SystemKey | null): Mix {
  return hearing.systems.find((one) => sameSystem(one.key, key))?.mix ?? USUAL;
}

/** The next priority up or down; nothing beyond the last. */
export function nextPriority(priority: Priority, step: 1 | -1): Priority | null {
  return PRIORITIES[PRIORITIES.indexOf(priority) - step] ?? null;
}

/** Have the talkgroup of a call go earlier or later. */
export function shiftPriority(row: Row | null, hearing: HearingView, step: 1 | -1): Command | null {
  const talkgroup = row && talkgroupOf(row);
  const priority = nextPriority(priorityOf(hearing, talkgroup), step);
  return talkgroup && priority && { kind: "prioritise", talkgroup, priority };
}

/** What is offered to choose from, with what is chosen where that is something else. */
export function withChosen(offered: readonly number[], chosen: number): readonly number[] {
  return offered.includes(chosen) ? offered : [...offered, chosen];
}

/** One server's part of it, quick to ask for each of thousands. */
export interface Heard {
  priorities: ReadonlyMap<TalkgroupId, Priority>;
  talkgroups: ReadonlyMap<TalkgroupId, Mix>;
  systems: ReadonlyMap<SystemId, Mix>;
}

/** How a server is heard. */
export function heardAt(hearing: HearingView, server: ServerId): Heard {
  const here = <T extends { key: { server: ServerId } }>(all: readonly T[]): T[] =>
    all.filter(({ key }) => key.server === server);
  return {
    priorities: new Map(here(hearing.priorities).map(({ key, priority }) => [key.talkgroup, priority])),
    talkgroups: new Map(here(hearing.talkgroups).map(({ key, mix }) => [key.talkgroup, mix])),
    systems: new Map(here(hearing.systems).map(({ key, mix }) => [key.system, mix])),
  };
}

/** What is not as usual, in words: nothing if all is. */
export function mixWords(mix: Mix | null | undefined): string {
  if (!mix) return "";
  return words.hearing.mix(
    mix.balance === 0 ? "" : words.hearing.balanceOf(mix.balance),
    mix.offsetDb === 0 ? "" : decibels(mix.offsetDb),
  );
}
