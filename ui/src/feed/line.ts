// What a row says, in words. One function for all of it: a row is made for each of fifty calls a second, and every value
// that is kept apart for a row has to be made with it.
import { unitAt } from "../calls";
import { clock, day, span } from "../format";
import type { Priority } from "../generated/Priority";
import type { Row } from "../generated/Row";
import type { Marked } from "../servers/marks";
import { problemWords, stateWords, words } from "../words";

/** What a row's words depend on besides its call. */
export interface Around {
  row: Row;
  /** Of its talkgroup. */
  priority: Priority;
  /** It plays next. */
  next: boolean;
  /** It is on the card, and paused there. */
  paused: boolean;
  /** The day that needs no date. */
  today: string;
  time12h: boolean;
  /** Whose call it is, where there are several servers. */
  server: Marked | null;
  /** It is to be exported. */
  chosen?: boolean;
}

/** A row's words. */
export interface Line {
  time: string;
  /** Empty where it is of today: a time alone is. */
  date: string;
  where: string;
  /** The name of who spoke is the listener's own. */
  own: boolean;
  length: string;
  state: string;
  why: string | null;
  /** All of it, for who does not see it. */
  name: string;
}

export function lineOf({ row, priority, next, paused, today, time12h, server, chosen }: Around): Line {
  const unit = unitAt(row.units, 0);
  const who = unit?.name ?? (unit?.number == null ? null : String(unit.number));
  const where = who === null ? row.system : `${row.system} · ${who}`;
  const time = clock(row.startMs, time12h);
  const began = day(row.startMs);
  const date = began === today ? "" : began;
  const length = row.durationMs === null ? "–" : span(row.durationMs);
  const state = row.state.kind === "playing" && paused ? words.state.pausedInCall : stateWords(row.state, next);
  const why = row.state.kind === "failed" ? problemWords(row.state.problem) : null;
  const own = unit?.own != null;
  const name = words.feed.row(
    date === "" ? time : `${date} ${time}`,
    row.title,
    server === null ? where : `${where}, ${server.name}`,
    own ? words.units.own : "",
    row.durationMs === null ? "" : length,
    state,
    row.bookmarked ? words.feed.bookmarked : "",
    words.hearing.marks[priority],
    row.earlier ? words.feed.earlier : "",
    row.late ? words.feed.late : "",
    row.afterGap ? words.feed.gap : "",
    chosen ? words.exporting.isChosen : "",
  );
  return { time, date, where, own, length, state, why, name };
}

/**
 * The words of a row that is shown with more than they depend on. Each thing is named: with all of them the words would be
 * written anew for every row whose place moves on, and in a flood all of them do, ten times a second.
 */
export function wordsOf(around: Around, chosen: boolean): Line {
  const { row, priority, next, paused, today, time12h, server } = around;
  return lineOf({ row, priority, next, paused, today, time12h, server, chosen });
}
