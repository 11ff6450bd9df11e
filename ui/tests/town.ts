// An invented town: what the core could say, for component tests and for looking at the window in a browser.
import type { AccountView } from "../src/generated/AccountView";
import type { AwayView } from "../src/generated/AwayView";
import type { Code } from "../src/generated/Code";
import type { DirectoryView } from "../src/generated/DirectoryView";
import type { FoundPage } from "../src/generated/FoundPage";
import type { GapView } from "../src/generated/GapView";
import type { LinkView } from "../src/generated/LinkView";
import type { ListedTalkgroup } from "../src/generated/ListedTalkgroup";
import type { Message } from "../src/generated/Message";
import type { Event } from "../src/generated/Event";
import type { PlaybackView } from "../src/generated/PlaybackView";
import type { Problem } from "../src/generated/Problem";
import type { Row } from "../src/generated/Row";
import type { RowState } from "../src/generated/RowState";
import type { SelectionView } from "../src/generated/SelectionView";
import type { ServerView } from "../src/generated/ServerView";
import type { Snapshot } from "../src/generated/Snapshot";

/** Half past ten in the morning, local time, so that pictures are the same everywhere. */
export const MORNING = new Date(2026, 9, 14, 10, 14, 21).getTime();

const groups = [
  ["Fire Dispatch", "FD Disp", "Harbor County P25", "Fire", "#ff5d57", 5001, "Engine 4", 851012500],
  ["Police Main", "PD Main", "Harbor County P25", "Law", "#4b8dff", 3001, "Car 7", 851237500],
  ["EMS Dispatch and Hospital", "EMS", "Harbor County P25", "EMS", "#36b37e", 5101, "County General", 852112500],
  ["Tram Operations", "Tram", "Harbor Transit", "Transit", "#22b8cf", 120, "Tram 3", 460125000],
  ["Bus Operations", "Bus", "Harbor Transit", "Transit", "#c678dd", 121, "Bus 42", 460150000],
  ["Public Works", "PW 1", "Harbor County P25", "Works", "#ffcf5c", 7001, "Truck 15", 853500000],
  ["Fireground Tactical 1", "FG Tac 1", "Harbor County P25", "Fire", "#ff5d57", 5011, "Ladder 2", 851512500],
  [
    "Airport Ground and Ramp Coordination West",
    "Ramp W",
    "Harbor Airport",
    "Air",
    "#111111",
    900,
    "Ramp 11",
    121900000,
  ],
] as const;

export function problem(code: Code, message: string): Problem {
  return { code, message, retry: { kind: "no" } };
}

/** The nth call; higher is newer. */
export function row(n: number, change: Partial<Row> = {}): Row {
  const [title, label, system, tag, color, number, unit, frequency] = groups[n % groups.length]!;
  return {
    key: { server: 1, call: n },
    order: n,
    startMs: MORNING + (n - 200) * 11_000,
    title,
    label,
    system,
    group: `${tag} group`,
    tag,
    color,
    talkgroupNumber: number,
    systemNumber: 1,
    talkgroup: 40 + (n % groups.length),
    systemId: 7,
    frequency,
    units: [{ atMs: 0, number: 4100 + (n % groups.length), name: unit }],
    durationMs: 2000 + ((n * 3700) % 12_000),
    site: null,
    decoder: null,
    errors: null,
    spikes: null,
    state: { kind: "played" },
    earlier: false,
    late: false,
    afterGap: false,
    transcript: null,
    bookmarked: false,
    ...change,
  };
}

export function server(change: Partial<ServerView> = {}): ServerView {
  return {
    id: 1,
    name: "Harbor County",
    address: "https://scanner.harbor.example",
    encrypted: true,
    proxy: null,
    branding: "Harbor County",
    version: "1.3.2",
    routes: "1.3.2",
    support: null,
    public: false,
    account: { kind: "signedIn", user: "dana", problem: null },
    link: { kind: "live" },
    listeners: 14,
    time12h: false,
    directory: 1,
    selectionKept: "account",
    sharing: true,
    own: { name: null, mark: "blue", muted: false, place: (change.id ?? 1) - 1 },
    password: null,
    ...change,
  };
}

/** Nothing was missed. */
export function away(change: Partial<AwayView> = {}): AwayView {
  return { calls: 0, durationMs: null, skim: 0, gaps: [], ...change };
}

/** A quarter of an hour of which nothing is known. */
export function gap(change: Partial<GapView> = {}): GapView {
  return { server: 1, fromMs: MORNING - 900_000, toMs: MORNING, problem: null, ...change };
}

export function selection(change: Partial<SelectionView> = {}): SelectionView {
  return { system: null, talkgroup: null, avoided: [], off: [], fresh: [], presets: [], ...change };
}

/** A talkgroup as the server lists it; without a group and a tag if nothing else is said. */
export function listed(id: number, label: string, change: Partial<ListedTalkgroup> = {}): ListedTalkgroup {
  return { id, number: 1000 + id, label, name: "", group: "", tag: "", color: null, ...change };
}

/** What the town lists: the calls of `row` are on the first eight. */
export function directory(change: Partial<DirectoryView> = {}): DirectoryView {
  const systems = [...new Set(groups.map(([, , system]) => system))].map((label, i) => ({
    id: 7 + i,
    number: 1 + i,
    label,
    color: null,
    talkgroups: groups.flatMap(([name, short, system, tag, color, number], n) =>
      system === label ? [listed(40 + n, short, { name, number, group: `${tag} group`, tag, color })] : [],
    ),
  }));
  return { server: 1, systems, ...change };
}

/** The nth call of the archive, older than any of the feed; higher is older. */
export function archived(n: number, change: Partial<Row> = {}): Row {
  return row(10_000 - n, {
    order: -n,
    startMs: MORNING - n * 60_000,
    state: { kind: "found" },
    ...change,
  });
}

/** A page of the archive: so many calls from the nth on. */
export function page(from: number, count: number, change: Partial<FoundPage> = {}): FoundPage {
  return {
    rows: Array.from({ length: count }, (_, i) => archived(from + i)),
    next: null,
    total: null,
    inVain: null,
    ...change,
  };
}

/** As many talkgroups as a whole state has, in forty systems. */
export function vast(count = 20_000): DirectoryView {
  const systems = Array.from({ length: 40 }, (_, s) => ({
    id: 1 + s,
    number: 100 + s,
    label: `County ${s + 1}`,
    color: null,
    talkgroups: Array.from({ length: count / 40 }, (_, t) =>
      listed(1 + s * (count / 40) + t, `C${s + 1} ${t}`, {
        name: `Departamento de Obras Públicas ${s + 1}-${t}`,
        number: 1000 + t,
        group: `Group ${(s * 7 + t) % 90}`,
        tag: `Tag ${t % 30}`,
      }),
    ),
  }));
  return { server: 1, systems };
}

export const signedOut = (said: Problem | null = null, user: string | null = null): AccountView => ({
  kind: "signedOut",
  problem: said,
  user,
});

export const waitingLink = (inMs: number): LinkView => ({
  kind: "waiting",
  inMs,
  attempt: 3,
  problem: problem("linkLost", "The link to the server ended. It will be made again."),
});

export function playback(change: Partial<PlaybackView> = {}): PlaybackView {
  const nothing = {
    turn: null,
    row: null,
    positionMs: 0,
    durationMs: 0,
    behindMs: null,
    percent: 100,
    skipped: [],
    peaks: [],
    gainDb: null,
  };
  return { state: "idle", ...nothing, ...change };
}

/** Peaks that look like speech. */
export const peaks = Array.from({ length: 64 }, (_, i) =>
  Math.round(255 * Math.min(1, Math.abs(Math.sin(i * 1.7) * Math.sin(i * 0.31 + 1)) ** 1.6 * 0.9 + 0.01)),
);

/** The call on the card: two units, a transcript in parts, a decoder with errors. */
export const onCard = row(200, {
  units: [
    { atMs: 0, number: 4001, name: "Fire Dispatch" },
    { atMs: 6500, number: 4104, name: "Engine 4" },
  ],
  group: "Fire Dispatch",
  durationMs: 11_200,
  site: "3",
  decoder: "P25 Phase 1",
  errors: 4,
  spikes: 1,
  state: { kind: "playing" },
  transcript: {
    text: "Engine four, ladder two, respond to eighteen Harbor Street for an alarm sounding. Engine four, responding.",
    segments: [
      { startMs: 0, endMs: 2600, speaker: 1, text: "Engine four, ladder two," },
      { startMs: 2600, endMs: 6400, speaker: 1, text: "respond to eighteen Harbor Street for an alarm sounding." },
      { startMs: 6500, endMs: 9000, speaker: 2, text: "Engine four, responding." },
    ],
  },
});

const recent: RowState[] = [
  { kind: "waiting" },
  { kind: "loading" },
  { kind: "ready" },
  { kind: "playing" },
  { kind: "played" },
  { kind: "skipped" },
  { kind: "notPlayed", why: "avoided" },
  { kind: "failed", problem: problem("audioMissing", "The server has no audio for this call.") },
  { kind: "played" },
  { kind: "notPlayed", why: "notHeld" },
];

/** A busy morning: a call sounds, three wait, some failed, and what was there before. */
export function busy(change: Partial<Snapshot> = {}): Snapshot {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const n = 203 - i;
    if (n === 200) return onCard;
    if (n === 194)
      return row(n, { title: "<script>alert(1)</script>", units: [{ atMs: 0, number: 14, name: "<b>Car</b>" }] });
    if (i >= 12) return row(n, { state: { kind: "unplayed" }, earlier: true });
    return row(n, { state: recent[i] ?? { kind: "played" } });
  });
  return {
    ...quiet(),
    rows,
    playback: playback({
      state: "playing",
      turn: 9,
      row: onCard,
      positionMs: 6600,
      durationMs: 11_200,
      behindMs: 9000,
      peaks,
    }),
    listening: {
      live: true,
      paused: false,
      volumeDb: -6,
      muted: false,
      waiting: 3,
      next: { server: 1, call: 201 },
      waitingMs: 7000,
      catchUp: "notNeeded",
      rewound: 0,
      rewinds: 0,
    },
    device: { kind: "open", name: "Built-in speakers", insteadOf: null },
    ...change,
  };
}

/** One server, live, nothing heard yet. */
export function quiet(change: Partial<Snapshot> = {}): Snapshot {
  return {
    revision: 0,
    servers: [server()],
    rows: [],
    playback: playback(),
    listening: {
      live: true,
      paused: false,
      volumeDb: 0,
      muted: false,
      waiting: 0,
      next: null,
      waitingMs: null,
      catchUp: "notNeeded",
      rewound: 0,
      rewinds: 0,
    },
    selection: selection(),
    hearing: { priorities: [], talkgroups: [], systems: [] },
    alertChoices: {
      talkgroups: [],
      presets: [],
      muted: [],
      linkLost: false,
      signedOut: false,
      updates: false,
      quiet: null,
    },
    away: away(),
    archive: { isOpen: true, calls: 0, bytes: 0, unheard: 0, talkgroups: [] },
    device: { kind: "resting" },
    microphone: { state: "unwatched", by: null, doing: "off" },
    recording: { stage: "off", folder: "", files: [], lengthMs: 0, bytes: 0, lostMs: 0, problem: null },
    settings: {
      archive: { on: true, days: 7, megabytes: 2_000 },
      recording: { form: "flac", megabytes: 4_000 },
      pauseBetweenCallsMs: 0,
      catchUp: { mode: "offered", afterSeconds: 20, mostMinutes: null },
      device: { kind: "default" },
      deviceLost: "move",
      loudness: true,
      tameTones: true,
      yielding: "off",
      followSeconds: 0,
      theme: "system",
      language: "system",
      display: { clock: "server", textSize: 100, brightness: 100, motion: "system", beeps: "off", compact: false },
      shortcuts: true,
      keys: {},
      globalKeys: { replay: null, skip: null, mute: null, hold: null, pushToMute: null },
      toldAboutTray: false,
      withoutTray: null,
      updates: "notify",
      skippedUpdate: null,
      savedCalls: null,
      importUndo: false,
      newTalkgroups: "on",
      whileAway: "ask",
    },
    notices: [],
    ...change,
  };
}

export const snapshotOf = (snapshot: Snapshot): Message => ({ kind: "snapshot", snapshot });

export const updateOf = (revision: number, ...events: Event[]): Message => ({
  kind: "update",
  update: { revision, events },
});
