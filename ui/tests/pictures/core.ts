// The core's part in the browser: what a real one has said, in its order, and its answers. Put into the page as text, so
// that nothing outside of the function can be used in it.
import type { AwayView } from "../../src/generated/AwayView";
import type { Message } from "../../src/generated/Message";
import type { Row } from "../../src/generated/Row";
import type { SettingsView } from "../../src/generated/SettingsView";
import type { TimelineView } from "../../src/generated/TimelineView";
import type { UpdateView } from "../../src/generated/UpdateView";

/** A session of the real core: `tests/recorded.rs` records it. */
export interface Recorded {
  /** When it ended, in milliseconds since 1970. */
  at: number;
  messages: Message[];
  answers: Record<string, unknown>;
}

/** What is otherwise than it was recorded. */
export interface Otherwise {
  settings?: Partial<SettingsView>;
  display?: Partial<SettingsView["display"]>;
  update?: UpdateView;
  /** Of the server that is there. */
  away?: AwayView;
}

/** The session with these settings from its beginning. */
export function altered(recorded: Recorded, { settings, display, update, away }: Otherwise): Recorded {
  const set = (before: SettingsView): SettingsView => ({
    ...before,
    ...settings,
    display: { ...before.display, ...display },
  });
  // Where something was missed some calls came late, and before them is a gap.
  const late = (row: Row): Row => (away && row.key.call % 4 === 0 ? { ...row, late: true, afterGap: true } : row);
  const messages = recorded.messages.map((message): Message => {
    if (message.kind === "snapshot") {
      const { snapshot } = message;
      const missed = away ?? snapshot.away;
      return { ...message, snapshot: { ...snapshot, settings: set(snapshot.settings), away: missed } };
    }
    const events = message.update.events.map((event) => {
      if (event.kind === "settingsChanged") return { ...event, settings: set(event.settings) };
      if (event.kind === "rowsAdded") return { ...event, rows: event.rows.map(late) };
      return event.kind === "rowChanged" ? { ...event, row: late(event.row) } : event;
    });
    return { ...message, update: { ...message.update, events } };
  });
  const timeline = recorded.answers["timeline"] as TimelineView | undefined;
  const answers = {
    // What the shell answers, which is no part of the core.
    update: update ?? { running: "1.2.3", stage: { kind: "resting" } },
    autostart: { kind: "offered", on: false },
    power: { battery: false },
    notifications: { there: true },
    global_keys: { notOffered: null, refused: [] },
    invitation: null,
    diagnostics: "Squelch 1.2.3\nDebian GNU/Linux 12\n",
    ...recorded.answers,
    ...(timeline && { timeline: hours(timeline, recorded.at) }),
  };
  return { ...recorded, messages, answers };
}

/** Some hours of calls made of the few that were recorded, up to a time; with a gap. */
function hours(view: TimelineView, at: number): TimelineView {
  const EVERY = 47_000;
  const COUNT = 300;
  const heard = view.calls.flatMap((_, i) => (view.shapes[i] ? [i] : []));
  const made = Array.from({ length: COUNT }, (_, n) => {
    // The newest come last, and of those with a shape each has its turn.
    const of = heard[(n * 5) % heard.length] ?? 0;
    return { of, call: n < COUNT - view.calls.length ? 9000 + n : (view.calls[n - COUNT + view.calls.length] ?? 0) };
  });
  const last = at - 20_000 - COUNT * EVERY;
  return {
    ...view,
    calls: made.map(({ call }) => call),
    lane: made.map(({ of }) => view.lane[of] ?? 0),
    starts: made.map((_, n) => (n === 0 ? last : EVERY)),
    lengths: made.map(({ of }) => (view.lengths[of] ?? 0) * 4),
    states: made.map((_, n) => "hhhuhsfhxh"[n % 10]).join(""),
    shapes: made.map(({ of }) => view.shapes[of] ?? ""),
    gaps: [{ server: 1, fromMs: at - 1_500_000, toMs: at - 1_100_000 }],
  };
}

/** Runs in the page, before anything of it. */
export function speak({ messages, answers }: Recorded): void {
  type Callback = (data: unknown) => void;
  const callbacks = new Map<number, Callback>();
  let next = 1;
  const transformCallback = (callback: Callback): number => {
    callbacks.set(next, callback);
    return next++;
  };
  const invoke = async (name: string, given: Record<string, unknown> = {}): Promise<unknown> => {
    if (name === "subscribe") {
      const { id } = given["channel"] as { id: number };
      setTimeout(() => messages.forEach((message, index) => callbacks.get(id)?.({ index, message })));
    }
    // Errors of the page that it would write to the program's log.
    if (name === "report") console.error(given["text"]);
    if (name.startsWith("plugin:event|")) return transformCallback(() => undefined);
    // One part of what is found was recorded.
    if (name === "search" && given["after"] !== null) return { rows: [], next: null, total: null, inVain: null };
    if (name === "timeline") {
      // The first call is as long after the beginning of what is asked for as it was.
      const view = JSON.parse(JSON.stringify(answers[name])) as { starts: number[] };
      const { fromMs } = given["query"] as { fromMs: number };
      return { ...view, starts: view.starts.map((start, n) => (n === 0 ? start - fromMs : start)) };
    }
    // Each answer is its asker's own.
    return JSON.parse(JSON.stringify(answers[name] ?? null)) as unknown;
  };
  const internals = { invoke, transformCallback, unregisterCallback: (id: number) => callbacks.delete(id) };
  Object.assign(window, {
    __TAURI_INTERNALS__: internals,
    __TAURI_EVENT_PLUGIN_INTERNALS__: { unregisterListener: () => undefined },
  });
}
