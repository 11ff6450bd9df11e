// Everything that can be done in the window: what it is for, its key, when it is possible, and what it does. Keys,
// the list of keys, tooltips and the palette all come from this table; what each is called is in words/.
import { alertOf, toggleAlert } from "./alerts/choices";
import { avoidOf, positionAfter, sameTalkgroup, systemOf, talkgroupOf, unitAt } from "./calls";
import { decibels } from "./format";
import type { CallKey } from "./generated/CallKey";
import type { Command } from "./generated/Command";
import type { MissedChoice } from "./generated/MissedChoice";
import type { RecordingView } from "./generated/RecordingView";
import type { Row } from "./generated/Row";
import type { TalkgroupKey } from "./generated/TalkgroupKey";
import type { Theme } from "./generated/Theme";
import type { UpdateView } from "./generated/UpdateView";
import { AVOID_SHORT, toggleAvoid, toggleBookmark, toggleHold, toggleHoldSystem } from "./player/choices";
import { bounded, LOUDEST, SOFTEST, STEP } from "./player/volume";
import type { State } from "./state";
import { nextPriority, priorityOf, shiftPriority } from "./talkgroups/hearing";
import { speakerOf, type AskName, type Speaker } from "./units/naming";
import { words } from "./words";
import type { ActionId } from "./words/en/actions";

export type { ActionId };

/** What actions go by. */
export interface Facts {
  readonly state: State;
  /** Where the volume is or was last wanted, in decibels: two quick presses are two steps. */
  readonly volumeDb: number;
  readonly update: UpdateView | null;
  /** How many calls are chosen for export. */
  readonly chosen: number;
  /** Calls are being exported. */
  readonly exporting: boolean;
  /** A server was listened to: there is more than the first screen. */
  readonly begun: boolean;
}

/** What opens in the window; what stands beside the calls, and the details, close again when asked for themselves. */
export type Place =
  | ("servers" | "add" | "settings" | "display" | "sound" | "about" | "alerts" | "help" | "palette" | "report")
  | "timeline"
  | ("talkgroups" | "presets" | "savePreset" | "details")
  | ("search" | "find" | "bookmarks");

/** What actions do things with. */
export interface Hands {
  wish(command: Command): void;
  volume(db: number): void;
  show(place: Place): void;
  /** Goes to a call in the list. */
  look(call: CallKey): void;
  /** Asks for a link to a call. */
  share(row: Row): void;
  /** Saves its recording. */
  save(call: CallKey): void;
  /** Asks how to export what is chosen; if nothing is, this call. */
  export(row: Row | null): void;
  /** Asks for a name for a radio. */
  name: AskName;
  checkForUpdates(): void;
  quit(): void;
}

export type Group = keyof typeof words.actions.groups;

/** One thing that can be done. */
export interface Action {
  readonly group: Group;
  /** Its key, unless the user chose another; written as in keys.ts. */
  readonly key: string;
  /** Goes on while the key is held down; others are done once. */
  readonly held?: true;
  /** On the first screen too. */
  readonly anytime?: true;
  /** What it would do now, where that depends. */
  readonly name?: (facts: Facts) => string;
  /** To what, in a word or two. */
  readonly about?: (facts: Facts) => string | null;
  /** Why it is not possible now. */
  readonly hindrance?: (facts: Facts) => string | null;
  readonly run: (hands: Hands, facts: Facts) => void;
}

const { why } = words.actions;

const rowOf = ({ state }: Facts) => state.playback.row;
const keyOf = (facts: Facts): TalkgroupKey | null => {
  const row = rowOf(facts);
  return row && talkgroupOf(row);
};
const title = (facts: Facts): string | null => rowOf(facts)?.title ?? null;
const isHeld = (facts: Facts): boolean => sameTalkgroup(facts.state.selection.talkgroup?.key ?? null, keyOf(facts));
const isAvoided = (facts: Facts): boolean => avoidOf(facts.state.selection, keyOf(facts)) !== null;
/** Who speaks at this moment, if they can be named. */
const speaking = ({ state: { playback, playbackAt } }: Facts): Speaker | null => {
  const { row } = playback;
  return row && speakerOf(row, unitAt(row.units, positionAfter(playback, performance.now() - playbackAt)));
};
const isRecording = ({ stage }: RecordingView): boolean => stage === "starting" || stage === "on";
const noTalkgroup = (facts: Facts): string | null => {
  if (rowOf(facts) === null) return why.noCall;
  return keyOf(facts) === null ? why.unlisted : null;
};
const ask = (hands: Hands, command: Command | null): void => {
  if (command) hands.wish(command);
};
const shows =
  (place: Place) =>
  (hands: Hands): void =>
    hands.show(place);

/** Avoids for longer than the plain press does; it does not release. */
const avoids = (minutes: number | null, key: string): Action => ({
  group: "choosing",
  key,
  name: () => (minutes === null ? words.actions.avoidUntil : words.actions.avoidFor(words.select.minutes(minutes))),
  about: title,
  hindrance: noTalkgroup,
  run: (hands, facts) => {
    const talkgroup = keyOf(facts);
    if (talkgroup) hands.wish({ kind: "avoid", talkgroup, minutes });
  },
});

/** Has the talkgroup's calls go earlier or later. */
const shifts = (step: 1 | -1, key: string): Action => ({
  group: "choosing",
  key,
  about: title,
  hindrance: (facts) => {
    const next = nextPriority(priorityOf(facts.state.hearing, keyOf(facts)), step);
    return noTalkgroup(facts) ?? (next ? null : step > 0 ? why.highest : why.lowest);
  },
  run: (hands, facts) => ask(hands, shiftPriority(rowOf(facts), facts.state.hearing, step)),
});

/** Says what becomes of the calls that were missed. */
const missed = (choice: MissedChoice, key: string): Action => ({
  group: "listening",
  key,
  about: ({ state: { away } }) =>
    away.calls === 0 ? null : words.away.count(choice === "skim" ? away.skim : away.calls),
  hindrance: ({ state: { away } }) => {
    if (away.calls === 0) return why.nothingMissed;
    return choice === "skim" && away.skim === 0 ? why.nothingStandsOut : null;
  },
  run: (hands) => hands.wish({ kind: "missed", choice }),
});

/** Has the last seconds of sound heard again. */
const rewinds = (seconds: number, key: string): Action => ({
  group: "listening",
  key,
  hindrance: (facts) => (rowOf(facts) === null ? why.nothingPlayed : null),
  run: (hands, { state }) => hands.wish({ kind: "rewind", seconds, nth: state.listening.rewinds }),
});

const dresses = (theme: Theme, key: string): Action => ({
  group: "window",
  key,
  anytime: true,
  hindrance: ({ state }) => (state.settings.theme === theme ? why.isLook : null),
  run: (hands) => hands.wish({ kind: "change", setting: { name: "theme", theme } }),
});

/** Sizes of text, in percent. */
export const TEXT = { smallest: 80, largest: 160, step: 10 } as const;

const scales = (step: number, end: number, key: string): Action => ({
  group: "window",
  key,
  held: true,
  anytime: true,
  about: ({ state }) => words.display.percent(state.settings.display.textSize),
  hindrance: ({ state }) => {
    const { textSize } = state.settings.display;
    if (step > 0) return textSize >= end ? why.largest : null;
    return textSize <= end ? why.smallest : null;
  },
  run: (hands, { state }) => {
    const percent = Math.min(TEXT.largest, Math.max(TEXT.smallest, state.settings.display.textSize + step));
    hands.wish({ kind: "change", setting: { name: "display", change: { of: "textSize", percent } } });
  },
});

const moves = (step: number, end: number, key: string): Action => ({
  group: "listening",
  key,
  held: true,
  about: ({ volumeDb }) => decibels(volumeDb),
  hindrance: ({ volumeDb }) => {
    if (end === LOUDEST) return volumeDb >= end ? why.loudest : null;
    return volumeDb <= end ? why.softest : null;
  },
  run: (hands, { volumeDb }) => hands.volume(bounded(volumeDb + step)),
});

/** All of them, in the order in which they are shown. */
export const ACTIONS: Readonly<Record<ActionId, Action>> = {
  pause: {
    group: "listening",
    key: "Space",
    name: ({ state }) => (state.listening.paused ? words.player.resume : words.player.pause),
    run: (hands, { state }) => hands.wish({ kind: "pause", on: !state.listening.paused }),
  },
  skip: {
    group: "listening",
    key: "ArrowRight",
    about: (facts) => (facts.state.playback.turn === null ? null : title(facts)),
    hindrance: ({ state }) => (state.playback.turn === null ? why.nothingPlays : null),
    run: (hands, { state: { playback } }) =>
      ask(hands, playback.turn === null ? null : { kind: "skip", turn: playback.turn }),
  },
  replay: {
    group: "listening",
    key: "ArrowLeft",
    about: title,
    hindrance: (facts) => (rowOf(facts) === null ? why.nothingPlayed : null),
    run: (hands, facts) => {
      const row = rowOf(facts);
      ask(hands, row && { kind: "play", call: row.key });
    },
  },
  rewind15: rewinds(15, "3"),
  rewind30: rewinds(30, "4"),
  rewind60: rewinds(60, "5"),
  rewind120: rewinds(120, "6"),
  rewind300: rewinds(300, "7"),
  live: {
    group: "listening",
    key: "L",
    name: ({ state }) => (state.listening.live ? words.actions.liveOff : words.actions.goLive),
    run: (hands, { state }) => hands.wish({ kind: "listen", on: !state.listening.live }),
  },
  catchUp: {
    group: "listening",
    key: "Q",
    name: ({ state }) => (state.listening.catchUp === "on" ? words.catching.asSpoken : words.catching.begin),
    hindrance: ({ state }) => {
      if (state.settings.catchUp.mode === "off") return why.noCatchingUp;
      return state.listening.catchUp === "notNeeded" ? why.isLive : null;
    },
    run: (hands, { state }) => hands.wish({ kind: "catchUp", on: state.listening.catchUp !== "on" }),
  },
  endRewind: {
    group: "listening",
    key: "G",
    about: ({ state }) => (state.listening.rewound > 0 ? words.rewind.left(state.listening.rewound) : null),
    hindrance: ({ state }) => (state.listening.rewound === 0 ? why.nothingRewound : null),
    run: (hands) => hands.wish({ kind: "endRewind" }),
  },
  mute: {
    group: "listening",
    key: "M",
    name: ({ state }) => (state.listening.muted ? words.player.unmute : words.player.mute),
    run: (hands, { state }) => hands.wish({ kind: "mute", on: !state.listening.muted }),
  },
  louder: moves(STEP, LOUDEST, "ArrowUp"),
  quieter: moves(-STEP, SOFTEST, "ArrowDown"),
  playMissed: missed("play", "Y"),
  skimMissed: missed("skim", "Shift+Y"),
  dropMissed: missed("drop", "Shift+X"),
  hold: {
    group: "choosing",
    key: "H",
    name: ({ state: { selection } }) =>
      selection.talkgroup ? words.select.releaseWhat(selection.talkgroup.name) : words.select.hold,
    about: (facts) => (facts.state.selection.talkgroup ? null : title(facts)),
    hindrance: (facts) => (facts.state.selection.talkgroup ? null : noTalkgroup(facts)),
    run: (hands, facts) => ask(hands, toggleHold(rowOf(facts), facts.state.selection)),
  },
  holdSystem: {
    group: "choosing",
    key: "Shift+H",
    name: ({ state: { selection } }) =>
      selection.system ? words.select.releaseWhat(selection.system.name) : words.select.holdSystem,
    about: (facts) => (facts.state.selection.system ? null : (rowOf(facts)?.system ?? null)),
    hindrance: (facts) => {
      const row = rowOf(facts);
      if (facts.state.selection.system) return null;
      if (row === null) return why.noCall;
      return systemOf(row) === null ? why.systemUnlisted : null;
    },
    run: (hands, facts) => ask(hands, toggleHoldSystem(rowOf(facts), facts.state.selection)),
  },
  avoid: {
    group: "choosing",
    key: "A",
    name: (facts) =>
      isAvoided(facts)
        ? words.select.releaseWhat(title(facts) ?? "")
        : words.actions.avoidFor(words.select.minutes(AVOID_SHORT)),
    about: (facts) => (isAvoided(facts) ? null : title(facts)),
    hindrance: noTalkgroup,
    run: (hands, facts) => ask(hands, toggleAvoid(rowOf(facts), facts.state.selection)),
  },
  avoidHour: avoids(60, "1"),
  avoidTwoHours: avoids(120, "2"),
  avoidUntilReleased: avoids(null, "0"),
  release: {
    group: "choosing",
    key: "R",
    about: title,
    hindrance: (facts) => noTalkgroup(facts) ?? (isHeld(facts) || isAvoided(facts) ? null : why.notChosen),
    run: (hands, facts) => {
      const talkgroup = keyOf(facts);
      if (isHeld(facts)) hands.wish({ kind: "holdTalkgroup", talkgroup: null });
      if (talkgroup && isAvoided(facts)) hands.wish({ kind: "unavoid", talkgroup });
    },
  },
  releaseAll: {
    group: "choosing",
    key: "Shift+R",
    hindrance: ({ state: { selection } }) =>
      selection.talkgroup || selection.system || selection.avoided.length > 0 ? null : why.nothingChosen,
    run: (hands, { state: { selection } }) => {
      if (selection.talkgroup) hands.wish({ kind: "holdTalkgroup", talkgroup: null });
      if (selection.system) hands.wish({ kind: "holdSystem", system: null });
      for (const avoided of selection.avoided) hands.wish({ kind: "unavoid", talkgroup: avoided.key });
    },
  },
  talkgroups: { group: "choosing", key: "T", run: shows("talkgroups") },
  presets: { group: "choosing", key: "Shift+T", run: shows("presets") },
  savePreset: { group: "choosing", key: "Shift+P", run: shows("savePreset") },
  raisePriority: shifts(1, "E"),
  lowerPriority: shifts(-1, "Shift+E"),
  notify: {
    group: "choosing",
    key: "N",
    name: (facts) => {
      const alert = alertOf(facts.state.alertChoices, keyOf(facts));
      return alert && alert.mutedMs === null ? words.alerts.endWhat(alert.name) : words.alerts.talkgroup;
    },
    about: (facts) => (alertOf(facts.state.alertChoices, keyOf(facts))?.mutedMs === null ? null : title(facts)),
    hindrance: noTalkgroup,
    run: (hands, facts) => ask(hands, toggleAlert(rowOf(facts), facts.state.alertChoices)),
  },
  search: { group: "archive", key: "F", run: shows("search") },
  find: { group: "archive", key: "/", run: shows("find") },
  timeline: { group: "archive", key: "J", run: shows("timeline") },
  bookmarks: { group: "archive", key: "Shift+F", run: shows("bookmarks") },
  bookmark: {
    group: "archive",
    key: "B",
    name: (facts) => (rowOf(facts)?.bookmarked ? words.bookmarks.remove : words.bookmarks.add),
    about: title,
    hindrance: (facts) => {
      const row = rowOf(facts);
      if (row === null) return why.noCall;
      return row.bookmarked === null ? words.bookmarks.needsAccount : null;
    },
    run: (hands, facts) => {
      const row = rowOf(facts);
      ask(hands, row && toggleBookmark(row));
    },
  },
  share: {
    group: "archive",
    key: "Shift+B",
    about: title,
    hindrance: (facts) => (rowOf(facts) === null ? why.noCall : null),
    run: (hands, facts) => {
      const row = rowOf(facts);
      if (row) hands.share(row);
    },
  },
  save: {
    group: "archive",
    key: "Mod+S",
    about: title,
    hindrance: (facts) => (rowOf(facts) === null ? why.noCall : null),
    run: (hands, facts) => {
      const row = rowOf(facts);
      if (row) hands.save(row.key);
    },
  },
  export: {
    group: "archive",
    key: "Mod+E",
    about: (facts) => (facts.chosen > 0 ? words.exporting.chosen(facts.chosen) : title(facts)),
    hindrance: (facts) => {
      if (facts.exporting) return why.isExporting;
      return facts.chosen === 0 && rowOf(facts) === null ? why.noCall : null;
    },
    run: (hands, facts) => hands.export(rowOf(facts)),
  },
  record: {
    group: "listening",
    key: "K",
    name: ({ state: { recording } }) => (isRecording(recording) ? words.actions.recordOff : words.actions.recordOn),
    hindrance: ({ state: { recording } }) => (recording.stage === "stopping" ? why.isStopping : null),
    run: (hands, { state: { recording } }) => hands.wish({ kind: "record", on: !isRecording(recording) }),
  },
  details: {
    group: "window",
    key: "I",
    hindrance: (facts) => (rowOf(facts) === null ? why.noCall : null),
    run: shows("details"),
  },
  nameUnit: {
    group: "archive",
    key: "Shift+U",
    about: (facts) => speaking(facts)?.unit.name ?? null,
    hindrance: (facts) => {
      if (rowOf(facts) === null) return why.noCall;
      return speaking(facts) === null ? why.noUnit : null;
    },
    run: (hands, facts) => {
      const speaker = speaking(facts);
      if (speaker) hands.name(speaker);
    },
  },
  newest: {
    group: "window",
    key: "C",
    hindrance: ({ state }) => (state.rows.length === 0 ? why.noCalls : null),
    run: (hands, { state }) => {
      const [row] = state.rows;
      if (row) hands.look(row.key);
    },
  },
  servers: { group: "window", key: "S", run: shows("servers") },
  addServer: { group: "window", key: "Shift+S", run: shows("add") },
  reconnect: {
    group: "window",
    key: "Shift+C",
    hindrance: ({ state }) => (state.servers.some(({ link }) => link.kind === "waiting") ? null : why.noLinkLost),
    run: (hands, { state }) => {
      for (const { id, link } of state.servers)
        if (link.kind === "waiting") hands.wish({ kind: "reconnect", server: id });
    },
  },
  settings: { group: "window", key: "Mod+,", anytime: true, run: shows("settings") },
  alerts: { group: "window", key: "Shift+N", anytime: true, run: shows("alerts") },
  help: { group: "window", key: "?", anytime: true, run: shows("help") },
  palette: { group: "window", key: "Mod+K", anytime: true, run: shows("palette") },
  report: { group: "window", key: "P", anytime: true, run: shows("report") },
  about: { group: "window", key: "V", anytime: true, run: shows("about") },
  checkForUpdates: {
    group: "window",
    key: "U",
    anytime: true,
    hindrance: ({ update }) => {
      if (update?.stage.kind === "notOffered") return update.stage.why;
      return update?.stage.kind === "checking" ? words.updates.checking : null;
    },
    run: (hands) => hands.checkForUpdates(),
  },
  themeSystem: dresses("system", "Shift+A"),
  themeDark: dresses("dark", "Shift+D"),
  themeLight: dresses("light", "Shift+L"),
  themeHighContrast: dresses("highContrast", "Shift+O"),
  themeLcd: dresses("lcd", "Shift+I"),
  compact: {
    group: "window",
    key: "W",
    anytime: true,
    run: (hands, { state }) => {
      const on = !state.settings.display.compact;
      hands.wish({ kind: "change", setting: { name: "display", change: { of: "compact", on } } });
    },
  },
  display: { group: "window", key: "D", anytime: true, run: shows("display") },
  sound: { group: "window", key: "O", anytime: true, run: shows("sound") },
  textLarger: scales(TEXT.step, TEXT.largest, "Mod++"),
  textSmaller: scales(-TEXT.step, TEXT.smallest, "Mod+-"),
  singleKeys: {
    group: "window",
    key: "Mod+Shift+K",
    anytime: true,
    name: ({ state }) => (state.settings.shortcuts ? words.actions.singleOff : words.actions.singleOn),
    run: (hands, { state }) =>
      hands.wish({ kind: "change", setting: { name: "shortcuts", on: !state.settings.shortcuts } }),
  },
  quit: { group: "window", key: "Mod+Q", anytime: true, run: (hands) => hands.quit() },
};

/** Their names in that order. */
export const ACTION_IDS = Object.keys(ACTIONS) as readonly ActionId[];

/** Why an action is not possible now, in words; nothing if it is. */
export function hindranceOf(id: ActionId, facts: Facts): string | null {
  const { anytime, hindrance } = ACTIONS[id];
  if (!facts.begun && !anytime) return why.first;
  return hindrance?.(facts) ?? null;
}

/** Does it, where it is possible. */
export function perform(id: ActionId, hands: Hands, facts: Facts): void {
  if (hindranceOf(id, facts) === null) ACTIONS[id].run(hands, facts);
}
