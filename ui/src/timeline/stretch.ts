// A stretch of the timeline as the core gave it: its calls, which lane each is in, and which is next to which.
import type { CallKey } from "../generated/CallKey";
import type { TimelineGap } from "../generated/TimelineGap";
import type { TimelineLane } from "../generated/TimelineLane";
import type { TimelineView } from "../generated/TimelineView";
import { callName } from "../state";

/** What became of a call. */
export type Fate = "unheard" | "heard" | "skipped" | "filtered" | "unavailable";

const FATES: Readonly<Record<string, Fate>> = {
  u: "unheard",
  h: "heard",
  s: "skipped",
  f: "filtered",
  x: "unavailable",
};

/** A call whose length nobody has said is drawn as long as this, in milliseconds. */
const USUAL = 3000;

/** A call. */
export interface Mark {
  readonly key: CallKey;
  /** The place of its talkgroup among the lanes. */
  readonly lane: number;
  /** Its place in its lane. */
  readonly at: number;
  /** When it began, in milliseconds since 1970. */
  readonly start: number;
  readonly length: number;
  /** Its length is known. */
  readonly known: boolean;
  readonly fate: Fate;
  /** 64 hexadecimal digits, or nothing. */
  readonly shape: string;
}

/** What is drawn. */
export class Stretch {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly TimelineLane[];
  readonly gaps: readonly TimelineGap[];
  readonly isCut: boolean;
  /** The calls of each lane, in the order of time. */
  readonly calls: readonly (readonly Mark[])[];
  /** The longest of each lane: no call that began earlier than that reaches into a time. */
  readonly #longest: readonly number[];
  readonly #named = new Map<string, Mark>();

  constructor(view: TimelineView, from: number, to: number) {
    [this.from, this.to] = [from, to];
    ({ lanes: this.lanes, gaps: this.gaps, isCut: this.isCut } = view);
    const calls = view.lanes.map((): { -readonly [Part in keyof Mark]: Mark[Part] }[] => []);
    let start = from;
    view.calls.forEach((call, i) => {
      start += view.starts[i] ?? 0;
      const lane = view.lane[i] ?? 0;
      const [own, of] = [calls[lane], view.lanes[lane]];
      if (!own || !of) return;
      const length = view.lengths[i] ?? 0;
      const mark = {
        key: { server: of.server, call },
        lane,
        at: 0,
        start,
        length: length || USUAL,
        known: length > 0,
        fate: FATES[view.states[i] ?? ""] ?? "filtered",
        shape: view.shapes[i] ?? "",
      };
      own.push(mark);
      this.#named.set(callName(mark.key), mark);
    });
    // Within a second they may have come in another order.
    for (const own of calls) {
      own.sort((a, b) => a.start - b.start);
      own.forEach((mark, at) => (mark.at = at));
    }
    this.calls = calls;
    this.#longest = calls.map((own) => own.reduce((longest, { length }) => Math.max(longest, length), 0));
  }

  get isEmpty(): boolean {
    return this.#named.size === 0;
  }

  /** How many calls there are. */
  get size(): number {
    return this.#named.size;
  }

  /** A call by its name, where it is here. */
  find(key: CallKey): Mark | null {
    return this.#named.get(callName(key)) ?? null;
  }

  /** The calls of a lane that can be seen between two times. */
  seen(lane: number, from: number, to: number): readonly Mark[] {
    const own = this.calls[lane] ?? [];
    const first = firstFrom(own, from - (this.#longest[lane] ?? 0));
    return own.slice(first, firstFrom(own, to)).filter((mark) => mark.start + mark.length >= from);
  }

  /** The call of a lane at a time, or the nearest that is no farther away than `slack`. */
  hit(lane: number, time: number, slack: number): Mark | null {
    const away = ({ start, length }: Mark): number => Math.max(start - time, time - start - length, 0);
    const near = this.seen(lane, time - slack, time + slack);
    // Where two overlap, the later one lies on top.
    return near.reduce<Mark | null>((best, mark) => (best && away(best) < away(mark) ? best : mark), null);
  }

  /** The call before or after one in its lane. */
  beside(mark: Mark, step: 1 | -1): Mark | null {
    return this.calls[mark.lane]?.[mark.at + step] ?? null;
  }

  /** The first or last call of a lane. */
  end(lane: number, last: boolean): Mark | null {
    return this.calls[lane]?.at(last ? -1 : 0) ?? null;
  }

  /** The call nearest in time in the next lane above or below that has any. */
  across(mark: Mark, step: 1 | -1): Mark | null {
    for (let lane = mark.lane + step; lane >= 0 && lane < this.calls.length; lane += step) {
      const near = this.nearest(lane, mark.start);
      if (near) return near;
    }
    return null;
  }

  /** The call of a lane whose beginning is nearest to a time. */
  nearest(lane: number, time: number): Mark | null {
    const own = this.calls[lane] ?? [];
    const after = firstFrom(own, time);
    const [before, next] = [own[after - 1], own[after]];
    if (!before || !next) return next ?? before ?? null;
    return time - before.start <= next.start - time ? before : next;
  }

  /** The call that began last up to a time, in any lane. */
  newest(below: number): Mark | null {
    const last = this.calls.map((own) => own[firstFrom(own, below) - 1] ?? null);
    return last.reduce((newest, mark) => (mark && (!newest || mark.start > newest.start) ? mark : newest), null);
  }
}

/** Index of the first call that does not begin before a time. */
function firstFrom(calls: readonly Mark[], time: number): number {
  let [low, high] = [0, calls.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((calls[middle]?.start ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
