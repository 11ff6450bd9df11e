// What to be told of outside of the window: talkgroups, and the hours of the day.
import { sameTalkgroup, talkgroupOf } from "../calls";
import type { AlertChoices } from "../generated/AlertChoices";
import type { AlertedTalkgroup } from "../generated/AlertedTalkgroup";
import type { Command } from "../generated/Command";
import type { QuietHours } from "../generated/QuietHours";
import type { Row } from "../generated/Row";
import type { TalkgroupKey } from "../generated/TalkgroupKey";

/** The choice that makes a talkgroup's calls be told of, if there is one. */
export function alertOf(choices: AlertChoices, key: TalkgroupKey | null): AlertedTalkgroup | null {
  return choices.talkgroups.find((chosen) => sameTalkgroup(chosen.key, key)) ?? null;
}

/** Be told of a talkgroup, also if it is silent for a while; or not any more. */
export function alertWish(talkgroup: TalkgroupKey, choices: AlertChoices): Command {
  const alert = alertOf(choices, talkgroup);
  return { kind: "alertTalkgroup", talkgroup, on: alert === null || alert.mutedMs !== null };
}

/** The same for the talkgroup of a call. */
export function toggleAlert(row: Row | null, choices: AlertChoices): Command | null {
  const talkgroup = row && talkgroupOf(row);
  return talkgroup && alertWish(talkgroup, choices);
}

/** The night, for whoever switches quiet hours on. */
export const NIGHT: QuietHours = { from: 22 * 60, to: 7 * 60 };

/** Minutes after midnight as a field for times writes them. */
export function timeOf(minutes: number): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Minutes after midnight, or nothing where a person's text is no time. */
export function minutesOf(time: string): number | null {
  const parts = /^\s*(\d{1,2})[:.](\d{2})\s*$/.exec(time);
  const [hours, minutes] = [Number(parts?.[1]), Number(parts?.[2])];
  return parts && hours < 24 && minutes < 60 ? hours * 60 + minutes : null;
}
