// What came at the top of the feed since it was last drawn.
import type { Row } from "../generated/Row";

/** The rows of `next` above everything that was in `shown`; both newest first. */
export function arrivals(shown: readonly Row[], next: readonly Row[]): Row[] {
  const newest = shown[0];
  if (!newest) return [];
  const end = next.findIndex((row) => row.order <= newest.order);
  return next.slice(0, end < 0 ? next.length : end);
}
