// How loud: the bounds, and a step of the keys.

/** The softest that is not mute, in decibels. */
export const SOFTEST = -60;
/** The loudest, in decibels: room above the recorded level for quiet radios. */
export const LOUDEST = 6;
/** What one press of a key changes, in decibels: clearly heard, not a jump. */
export const STEP = 2;

/** A level within the bounds. */
export function bounded(db: number): number {
  return Math.min(LOUDEST, Math.max(SOFTEST, Math.round(db)));
}
