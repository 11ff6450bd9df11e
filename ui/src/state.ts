// What the core last said: a snapshot and every update since, applied by a pure function.
//
// Nothing in it is remembered that the core does not also know. Objects that did not change keep their identity, so
// that only what changed is drawn again.
import type { CallKey } from "./generated/CallKey";
import type { Event } from "./generated/Event";
import type { Message } from "./generated/Message";
import type { Row } from "./generated/Row";
import type { ServerId } from "./generated/ServerId";
import type { ServerView } from "./generated/ServerView";
import type { Snapshot } from "./generated/Snapshot";
import type { TranscriptView } from "./generated/TranscriptView";
import type { Update } from "./generated/Update";

/** The snapshot as it is now, with the moments (`performance.now()`) at which its running times were true. */
export interface State extends Readonly<Snapshot> {
  /** When `playback` was received: its position and time behind live run from here. */
  readonly playbackAt: number;
  /** When `listening` was received: how long a call has been waiting runs from here. */
  readonly listeningAt: number;
  /** When `selection` was received: the avoids' remaining times run from here. */
  readonly selectionAt: number;
  /** When `alertChoices` was received: the mutes' remaining times run from here. */
  readonly alertChoicesAt: number;
  /** When each server was received: a waiting link's time runs from here. */
  readonly serversAt: ReadonlyMap<ServerId, number>;
}

/** Most rows kept: about a busy hour. Older calls are the server's to answer for. */
export const MOST_ROWS = 1000;

/** What an update that does not follow leaves: nothing can be known until the next snapshot. */
export const GAP = "gap";

/** The state after a message that arrived `now`, or `GAP` if an update was missed. */
export function apply(state: State | null, message: Message, now: number): State | typeof GAP {
  if (message.kind === "snapshot") return fromSnapshot(message.snapshot, now);
  if (state === null || message.update.revision !== state.revision + 1) return GAP;
  return withUpdate(state, message.update, now);
}

/** Names a call in maps and element ids. */
export function callName(key: CallKey): string {
  return `${key.server}-${key.call}`;
}

/** Whether both name the same call. */
export function sameCall(a: CallKey, b: CallKey): boolean {
  return a.call === b.call && a.server === b.server;
}

function fromSnapshot(snapshot: Snapshot, now: number): State {
  const rows = [...snapshot.rows].sort(newestFirst).slice(0, MOST_ROWS);
  const serversAt = new Map(snapshot.servers.map((server) => [server.id, now]));
  return { ...snapshot, rows, playbackAt: now, listeningAt: now, selectionAt: now, alertChoicesAt: now, serversAt };
}

type Draft = { -readonly [K in keyof State]: State[K] };

function withUpdate(state: State, update: Update, now: number): State {
  const draft: Draft = { ...state, revision: update.revision };
  for (const event of update.events) take(draft, event, now);
  return draft;
}

function take(draft: Draft, event: Event, now: number): void {
  switch (event.kind) {
    case "serverChanged":
      draft.servers = replaced(draft.servers, event.server, (server) => server.id).sort(inOrder);
      draft.serversAt = new Map(draft.serversAt).set(event.server.id, now);
      return;
    case "serverRemoved":
      draft.servers = draft.servers.filter((server) => server.id !== event.server);
      return;
    case "rowsAdded":
      draft.rows = withRows(draft.rows, event.rows);
      return;
    case "rowChanged":
      changeRow(draft, event.row.key, () => event.row, event.row.order);
      return;
    case "transcriptAdded":
      changeRow(draft, event.call, transcribed(event.transcript));
      return;
    case "bookmarked":
      changeRow(draft, event.call, (row) => ({ ...row, bookmarked: event.on }));
      return;
    case "rowsRemoved":
      draft.rows = withoutRows(draft.rows, event.calls);
      return;
    case "playbackChanged":
      draft.playback = event.playback;
      draft.playbackAt = now;
      return;
    case "listeningChanged":
      draft.listening = event.listening;
      draft.listeningAt = now;
      return;
    case "selectionChanged":
      draft.selection = event.selection;
      draft.selectionAt = now;
      return;
    case "hearingChanged":
      draft.hearing = event.hearing;
      return;
    case "alertChoicesChanged":
      draft.alertChoices = event.choices;
      draft.alertChoicesAt = now;
      return;
    case "awayChanged":
      draft.away = event.away;
      return;
    case "archiveChanged":
      draft.archive = event.archive;
      return;
    case "deviceChanged":
      draft.device = event.device;
      return;
    case "microphoneChanged":
      draft.microphone = event.microphone;
      return;
    case "recordingChanged":
      draft.recording = event.recording;
      return;
    case "settingsChanged":
      draft.settings = event.settings;
      return;
    case "noticeRaised":
      draft.notices = replaced(draft.notices, event.notice, (notice) => notice.id);
      return;
    case "noticeWithdrawn":
      draft.notices = draft.notices.filter((notice) => notice.id !== event.notice);
      return;
  }
}

const inOrder = (a: ServerView, b: ServerView): number => a.own.place - b.own.place;

/** The list with an item in the place of the one of the same name, else at its end. */
function replaced<T>(list: readonly T[], item: T, name: (item: T) => number): T[] {
  const at = list.findIndex((other) => name(other) === name(item));
  return at < 0 ? [...list, item] : list.with(at, item);
}

const transcribed =
  (transcript: TranscriptView) =>
  (row: Row): Row => ({ ...row, transcript });

/** Changes a call's row wherever it is shown: in the feed, and on the card, which may outlive it there. */
function changeRow(draft: Draft, key: CallKey, change: (row: Row) => Row, order?: number): void {
  const at = placeOf(draft.rows, key, order);
  const row = draft.rows[at];
  if (row) draft.rows = draft.rows.with(at, change(row));
  const shown = draft.playback.row;
  // Not a new playback: its times still run from when it was received.
  if (shown && sameCall(shown.key, key)) draft.playback = { ...draft.playback, row: change(shown) };
}

/** Where a call's row is, or -1. By its place if that is known, else from the newest: what changes is nearly always new. */
function placeOf(rows: readonly Row[], key: CallKey, order?: number): number {
  if (order !== undefined) {
    const at = firstAtOrBelow(rows, order);
    const row = rows[at];
    if (row && sameCall(row.key, key)) return at;
  }
  return rows.findIndex((row) => sameCall(row.key, key));
}

/** Index of the first row whose place is not above `order`; rows are newest first. */
export function firstAtOrBelow(rows: readonly Row[], order: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.order ?? 0) > order) low = middle + 1;
    else high = middle;
  }
  return low;
}

function withRows(rows: readonly Row[], added: readonly Row[]): Row[] {
  const fresh = [...added].sort(newestFirst);
  const kept = rows.filter(missingFrom(added.map((row) => row.key)));
  return merged(fresh, kept).slice(0, MOST_ROWS);
}

/** Tells whether a row's call is not in a list. Numbers are looked up first: no names are made for a thousand rows. */
function missingFrom(list: readonly CallKey[]): (row: Row) => boolean {
  const numbers = new Set(list.map((key) => key.call));
  return (row) => !numbers.has(row.key.call) || !list.some((key) => sameCall(key, row.key));
}

/** Two lists, each newest first, as one. */
function merged(a: readonly Row[], b: readonly Row[]): Row[] {
  const out: Row[] = [];
  let i = 0;
  for (const row of b) {
    for (let next = a[i]; next && next.order > row.order; next = a[i]) {
      out.push(next);
      i += 1;
    }
    out.push(row);
  }
  return out.concat(a.slice(i));
}

function withoutRows(rows: readonly Row[], calls: readonly CallKey[]): Row[] {
  return rows.filter(missingFrom(calls));
}

function newestFirst(a: Row, b: Row): number {
  return b.order - a.order;
}
