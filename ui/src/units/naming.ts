// Giving a radio a name of one's own: which ones a call has, and the way to the dialog.
import { getContext, setContext } from "svelte";

import type { Row } from "../generated/Row";
import type { UnitKey } from "../generated/UnitKey";
import type { UnitView } from "../generated/UnitView";

/** Who can be named: whoever has a number. */
export interface Speaker {
  readonly key: UnitKey;
  readonly unit: UnitView;
  /** What the system is called. */
  readonly system: string;
}

/** The longest name, in characters: as many as the core takes. */
const MOST = 60;

/** Whether a name is longer than any that is kept. */
export function isLong(name: string): boolean {
  return [...name.trim()].length > MOST;
}

/** Somebody who speaks in a call, if they can be named. */
export function speakerOf(row: Row, unit: UnitView | null): Speaker | null {
  if (unit === null || unit.number === null) return null;
  return { key: { server: row.key.server, system: row.systemNumber, unit: unit.number }, unit, system: row.system };
}

/** Everybody in a call who can be named, each once, in the order in which they speak. */
export function speakersOf(row: Row): Speaker[] {
  const all = row.units.map((unit) => speakerOf(row, unit)).filter((one) => one !== null);
  return all.filter((one, at) => all.findIndex(({ key }) => key.unit === one.key.unit) === at);
}

/** What is asked for: a name for somebody. */
export type AskName = (speaker: Speaker) => void;

const HERE = Symbol("naming");

/** Makes it known to everything inside. */
export function provideNaming(ask: AskName): void {
  setContext(HERE, ask);
}

/** The way to the dialog of this window, where there is one. */
export function namingHere(): AskName | null {
  return getContext<AskName | undefined>(HERE) ?? null;
}
