// What is chosen of one server's talkgroups: on, off, held, avoided, new.
import type { AvoidedTalkgroup } from "../generated/AvoidedTalkgroup";
import type { Command } from "../generated/Command";
import type { SelectionView } from "../generated/SelectionView";
import type { ServerId } from "../generated/ServerId";
import type { SystemId } from "../generated/SystemId";
import type { TalkgroupId } from "../generated/TalkgroupId";
import type { Listed } from "./tree";

/** One server's part of the selection, quick to ask for each of thousands. */
export interface Chosen {
  off: ReadonlySet<TalkgroupId>;
  avoided: ReadonlyMap<TalkgroupId, AvoidedTalkgroup>;
  held: TalkgroupId | null;
  heldSystem: SystemId | null;
  fresh: ReadonlySet<TalkgroupId>;
}

/** What is chosen at a server. */
export function chosenAt(selection: SelectionView, server: ServerId): Chosen {
  const { talkgroup, system } = selection;
  return {
    off: new Set(selection.off.find((one) => one.server === server)?.talkgroups),
    avoided: new Map(
      selection.avoided.filter(({ key }) => key.server === server).map((avoided) => [avoided.key.talkgroup, avoided]),
    ),
    held: talkgroup?.key.server === server ? talkgroup.key.talkgroup : null,
    heldSystem: system?.key.server === server ? system.key.system : null,
    fresh: new Set(selection.fresh.filter((key) => key.server === server).map((key) => key.talkgroup)),
  };
}

/** Whether a talkgroup is switched on. One that is avoided counts as off, as in the browser. */
export function isOn(chosen: Chosen, talkgroup: TalkgroupId): boolean {
  return !chosen.off.has(talkgroup) && !chosen.avoided.has(talkgroup);
}

/** How many of these are on. */
export function countOn(chosen: Chosen, talkgroups: readonly Listed[]): number {
  let on = 0;
  for (const { talkgroup } of talkgroups) if (isOn(chosen, talkgroup.id)) on += 1;
  return on;
}

/** A switch for many: all on, some, or none. As `aria-checked` says it. */
export type Lamp = "true" | "mixed" | "false";

/** What a switch for so many shows. */
export function lampOf(on: number, all: number): Lamp {
  if (on === 0) return "false";
  return on === all ? "true" : "mixed";
}

/** What pressing the switch of these asks for: on, unless all of them are. None where there is nothing to switch. */
export function toggle(selection: SelectionView, server: ServerId, talkgroups: readonly Listed[]): Command | null {
  if (talkgroups.length === 0) return null;
  const on = countOn(chosenAt(selection, server), talkgroups) < talkgroups.length;
  return switched(server, talkgroups, on);
}

/** The wish that these are on, or off. */
export function switched(server: ServerId, talkgroups: readonly Listed[], on: boolean): Command {
  return { kind: "switch", server, talkgroups: talkgroups.map(({ talkgroup }) => talkgroup.id), on };
}

/** The selection once the core has done such a wish. */
export function afterSwitch(selection: SelectionView, wish: Extract<Command, { kind: "switch" }>): SelectionView {
  const of = new Set(wish.talkgroups);
  const others = selection.off.filter((one) => one.server !== wish.server);
  const before = selection.off.find((one) => one.server === wish.server)?.talkgroups ?? [];
  const rest = before.filter((id) => !of.has(id));
  const isOf = (key: { server: ServerId; talkgroup: TalkgroupId }): boolean =>
    key.server === wish.server && of.has(key.talkgroup);
  const held = selection.talkgroup;
  return {
    ...selection,
    off: [...others, { server: wish.server, talkgroups: wish.on ? rest : [...rest, ...of] }],
    // Off takes the place of an avoid for a while, and leaves one until it is released as it is.
    avoided: selection.avoided.filter(({ key, leftMs }) => !isOf(key) || (!wish.on && leftMs === null)),
    fresh: selection.fresh.filter((key) => !isOf(key)),
    talkgroup: !wish.on && held && isOf(held.key) ? null : held,
  };
}

/** Whether the selection is what such a wish asks for. */
export function isSwitched(selection: SelectionView, wish: Extract<Command, { kind: "switch" }>): boolean {
  const chosen = chosenAt(selection, wish.server);
  const isPassing = (id: TalkgroupId): boolean => (chosen.avoided.get(id)?.leftMs ?? null) !== null;
  return wish.talkgroups.every((id) => isOn(chosen, id) === wish.on && !isPassing(id));
}
