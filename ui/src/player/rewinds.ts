// How much of what sounded can be heard again by one press.
import type { ActionId } from "../actions";

/** Seconds of sound, and the action of each. */
export const REWINDS: readonly (readonly [seconds: number, action: ActionId])[] = [
  [15, "rewind15"],
  [30, "rewind30"],
  [60, "rewind60"],
  [120, "rewind120"],
  [300, "rewind300"],
];
