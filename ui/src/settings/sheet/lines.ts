// All settings, as lines of the sheet: made anew from the state whenever that changes.
import type { Place } from "../../actions";
import { ACTION_IDS, TEXT } from "../../actions";
import type { AlertChoices } from "../../generated/AlertChoices";
import type { AlertKind } from "../../generated/AlertKind";
import type { DisplayChange } from "../../generated/DisplayChange";
import type { MicrophoneState } from "../../generated/MicrophoneState";
import type { Setting } from "../../generated/Setting";
import type { SettingsView } from "../../generated/SettingsView";
import type { UpdateView } from "../../generated/UpdateView";
import type { Autostart, Wish } from "../../ipc";
import { NAMES } from "../../language";
import { DARKEST } from "../../theme";
import { coreWords, words } from "../../words";
import { THEMES } from "../looks";
import type { Choice, Line, Switch } from "./line";

/** What the lines go by. */
export interface Facts {
  readonly settings: SettingsView;
  readonly alerts: AlertChoices;
  /** Something shows notifications. */
  readonly shown: boolean;
  readonly microphone: MicrophoneState;
  readonly update: UpdateView | null;
  readonly autostart: Autostart | null;
}

/** What they do things with. */
export interface Hands {
  readonly wish: Wish;
  /** Opens something in place of the settings. */
  readonly show: (place: Place) => void;
  readonly look: () => void;
  readonly autostart: (on: boolean) => Promise<boolean>;
}

/** All of them, section by section. */
export function linesOf(facts: Facts, hands: Hands): readonly Line[] {
  const set = setter(hands.wish);
  return [
    ...listening(facts, set),
    ...sound(facts, set),
    ...display(facts, set),
    ...notifications(facts, set, hands),
    ...keys(facts, set, hands),
    ...updates(facts, set, hands),
    ...computer(facts, set, hands),
    ...help(hands),
  ];
}

type Set = (setting: Setting) => Promise<boolean>;
const setter =
  (wish: Wish): Set =>
  (setting) =>
    wish({ kind: "change", setting });

const choice = <T extends string>(
  value: T | null,
  choices: readonly (readonly [T, string])[],
  choose: (value: T) => Promise<boolean>,
): Choice => ({ kind: "choice", value, choices, choose: (value) => choose(value as T) });

const toggle = (on: boolean, set: (on: boolean) => Promise<boolean>): Switch => ({ kind: "switch", on, set });

/** Numbers to choose from. One from elsewhere has its own, so that what is in force is always among them. */
function numbers(
  usual: readonly number[],
  value: number,
  name: (n: number) => string,
  choose: (n: number) => Promise<boolean>,
): Choice {
  const all = [...new Set([...usual, value])].sort((a, b) => a - b);
  return choice(
    String(value),
    all.map((n) => [String(n), name(n)] as const),
    (n) => choose(Number(n)),
  );
}

function listening({ settings }: Facts, set: Set): Line[] {
  const own = words.settings;
  return [
    {
      id: "pause",
      section: "listening",
      name: own.pause,
      what: words.sheet.pauseWhat,
      also: words.sheet.pauseAlso,
      ...numbers([0, 100, 250, 500], settings.pauseBetweenCallsMs, own.pauseOf, (ms) =>
        set({ name: "pauseBetweenCalls", ms }),
      ),
    },
    {
      id: "follow",
      section: "listening",
      name: own.follow,
      what: own.followWhat,
      also: words.sheet.followAlso,
      ...numbers([0, 2, 5, 10, 30], settings.followSeconds, own.followOf, (seconds) =>
        set({ name: "follow", seconds }),
      ),
    },
    {
      id: "new-talkgroups",
      section: "listening",
      name: own.newTalkgroups,
      what: own.newWhat[settings.newTalkgroups],
      also: words.sheet.newAlso,
      ...choice(
        settings.newTalkgroups,
        [
          ["on", own.newOn],
          ["off", own.newOff],
          ["ask", own.newAsk],
        ],
        (choice) => set({ name: "newTalkgroups", choice }),
      ),
    },
    {
      id: "while-away",
      section: "listening",
      name: own.whileAway,
      what: own.awayWhat[settings.whileAway],
      also: words.sheet.awayAlso,
      ...choice(
        settings.whileAway,
        [
          ["ask", own.awayAsk],
          ["play", own.awayPlay],
          ["skim", own.awaySkim],
          ["drop", own.awayDrop],
        ],
        (choice) => set({ name: "whileAway", choice }),
      ),
    },
  ];
}

function sound(facts: Facts, set: Set): Line[] {
  const { settings } = facts;
  const own = words.settings;
  return [
    {
      id: "loudness",
      section: "sound",
      name: own.loudness,
      what: own.loudnessWhy,
      also: words.sheet.loudnessAlso,
      ...toggle(settings.loudness, (on) => set({ name: "loudness", on })),
    },
    {
      id: "tame-tones",
      section: "sound",
      name: own.tameTones,
      what: own.tameTonesWhy,
      also: words.sheet.tonesAlso,
      ...toggle(settings.tameTones, (on) => set({ name: "tameTones", on })),
    },
    microphone(facts, set),
    {
      id: "beeps",
      section: "sound",
      name: words.display.beeps,
      what: words.display.beepsWhat,
      also: words.sheet.beepsAlso,
      ...choice(
        settings.display.beeps,
        [
          ["server", words.display.beepsServer],
          ["uniden", words.display.uniden],
          ["whistler", words.display.whistler],
          ["off", words.display.beepsOff],
        ],
        (choice) => set({ name: "display", change: { of: "beeps", choice } }),
      ),
    },
  ];
}

function microphone({ settings, microphone }: Facts, set: Set): Line {
  const own = words.settings;
  const line = {
    id: "microphone",
    section: "sound",
    name: own.microphone,
    also: words.sheet.microphoneAlso,
  } as const;
  if (microphone === "notOffered") return { ...line, what: own.microphoneNotOffered, kind: "plain" };
  return {
    ...line,
    what: words.sheet.microphoneWhat,
    note: microphone === "unknown" ? own.microphoneUnknown : null,
    ...choice(
      settings.yielding,
      [
        ["off", own.playOn],
        ["quieter", own.quieter],
        ["pause", own.pauseThen],
      ],
      (choice) => set({ name: "yielding", choice }),
    ),
  };
}

function display({ settings }: Facts, set: Set): Line[] {
  const own = words.display;
  const change = (change: DisplayChange): Promise<boolean> => set({ name: "display", change });
  const { textSize, brightness, motion, clock, compact } = settings.display;
  const looks: Line = {
    id: "theme",
    section: "display",
    name: own.look,
    what: words.sheet.lookWhat,
    also: words.sheet.lookAlso,
    ...choice(settings.theme, THEMES, (theme) => set({ name: "theme", theme })),
  };
  const lit: Line = {
    id: "brightness",
    section: "display",
    name: own.brightness,
    what: own.brightnessWhat,
    kind: "slider",
    value: brightness,
    range: [DARKEST, 100, 5],
    drag: (percent) => void change({ of: "brightness", percent }),
  };
  return [
    looks,
    ...(settings.theme === "lcd" ? [lit] : []),
    {
      id: "text-size",
      section: "display",
      name: own.textSize,
      what: own.textSizeWhat,
      also: words.sheet.sizeAlso,
      kind: "slider",
      value: textSize,
      range: [TEXT.smallest, TEXT.largest, TEXT.step],
      // Only when the hand lets go: the slider itself grows with the text.
      drop: (percent) => void change({ of: "textSize", percent }),
    },
    {
      id: "motion",
      section: "display",
      name: own.motion,
      what: own.motionWhat,
      also: words.sheet.motionAlso,
      ...choice(
        motion,
        [
          ["system", own.motionSystem],
          ["reduced", own.motionReduced],
        ],
        (choice) => change({ of: "motion", choice }),
      ),
    },
    {
      id: "clock",
      section: "display",
      name: own.clock,
      what: own.clockWhat,
      also: words.sheet.clockAlso,
      ...choice(
        clock,
        [
          ["server", own.clockServer],
          ["hours12", own.clock12],
          ["hours24", own.clock24],
        ],
        (choice) => change({ of: "clock", choice }),
      ),
    },
    {
      id: "language",
      section: "display",
      name: words.settings.language,
      what: words.sheet.languageWhat,
      also: words.sheet.languageAlso,
      // Each by its own name: whoever reads none of the others still finds theirs.
      ...choice(
        settings.language,
        [["system", words.settings.languageSystem], ...(Object.entries(NAMES) as [keyof typeof NAMES, string][])],
        (language) => set({ name: "language", language }),
      ),
    },
    {
      id: "compact",
      section: "display",
      name: words.sheet.compact,
      what: words.sheet.compactWhat,
      also: words.sheet.compactAlso,
      ...toggle(compact, (on) => change({ of: "compact", on })),
    },
  ];
}

function notifications({ alerts, shown }: Facts, set: Set, hands: Hands): Line[] {
  const own = words.sheet;
  const kinds: [AlertKind, boolean, string, string][] = [
    ["linkLost", alerts.linkLost, own.linkLost, own.linkLostWhat],
    ["signedOut", alerts.signedOut, own.signedOut, own.signedOutWhat],
    ["updates", alerts.updates, own.newer, own.newerWhat],
  ];
  const opens = (id: string) => [{ id, name: own.choose, run: () => hands.show("alerts"), action: "alerts" as const }];
  return [
    {
      id: "alerts",
      section: "notifications",
      name: own.alertsCalls,
      what: own.alertsCallsWhat,
      note: shown ? null : words.alerts.nobody,
      also: own.alertsAlso,
      kind: "plain",
      presses: opens("alerts"),
    },
    ...kinds.map(([of, on, name, what]): Line => ({
      id: `tell-${of}`,
      section: "notifications",
      name,
      what,
      also: own.alertsAlso,
      ...toggle(on, (on) => set({ name: "alert", of, on })),
    })),
    {
      id: "quiet",
      section: "notifications",
      name: words.alerts.quiet,
      what: own.quietWhat,
      also: `${own.quietAlso} ${own.alertsAlso}`,
      kind: "plain",
      presses: opens("alerts-quiet"),
    },
  ];
}

function keys({ settings }: Facts, set: Set, hands: Hands): Line[] {
  const own = words.sheet;
  return [
    {
      id: "single-keys",
      section: "keys",
      name: words.settings.shortcuts,
      what: own.singleWhat,
      also: own.singleAlso,
      ...toggle(settings.shortcuts, (on) => set({ name: "shortcuts", on })),
    },
    {
      id: "keys",
      section: "keys",
      name: own.keys,
      what: own.keysWhat,
      also: own.keysAlso,
      within: ACTION_IDS.map((id) => words.actions.names[id].name),
      kind: "plain",
      presses: [{ id: "help", name: own.change, run: () => hands.show("help"), action: "help" }],
    },
    {
      id: "keys-everywhere",
      section: "keys",
      name: own.globalKeys,
      what: words.globalKeys.what,
      also: own.globalAlso,
      within: Object.values(words.globalKeys.actions),
      kind: "plain",
      presses: [{ id: "help-global", name: own.change, run: () => hands.show("help") }],
    },
    {
      id: "palette",
      section: "keys",
      name: own.commands,
      what: own.commandsWhat,
      kind: "plain",
      presses: [{ id: "commands", name: own.open, run: () => hands.show("palette"), action: "palette" }],
    },
  ];
}

function updates({ settings, update }: Facts, set: Set, hands: Hands): Line[] {
  const own = words.updates;
  const line = { id: "updates", section: "updates", name: own.title, also: words.sheet.updatesAlso } as const;
  if (update?.stage.kind === "notOffered") return [{ ...line, what: coreWords(update.stage.why), kind: "plain" }];
  return [
    {
      ...line,
      what: words.sheet.updatesWhat,
      ...choice(
        settings.updates,
        [
          ["off", own.off],
          ["notify", own.notify],
          ["automatic", own.automatic],
        ],
        (choice) => set({ name: "updates", choice }),
      ),
    },
    {
      id: "look",
      section: "updates",
      name: own.look,
      what: words.sheet.lookNowWhat,
      also: words.sheet.updatesAlso,
      kind: "plain",
      presses: [{ id: "look-for-update", name: words.sheet.lookNow, run: hands.look, action: "checkForUpdates" }],
    },
  ];
}

function computer({ settings, autostart }: Facts, set: Set, hands: Hands): Line[] {
  const own = words.sheet;
  const start = { id: "autostart", section: "computer", name: words.autostart.item, also: own.autostartAlso } as const;
  const starts: Line[] = [];
  if (autostart?.kind === "offered") {
    // Shown is what came of it, not what was wished.
    starts.push({ ...start, what: own.autostartWhat, ...toggle(autostart.on, hands.autostart) });
  } else if (autostart) starts.push({ ...start, what: coreWords(autostart.why), kind: "plain" });
  return [
    ...starts,
    {
      id: "closing",
      section: "computer",
      name: own.closing,
      what: own.closingWhat,
      also: own.closingAlso,
      ...choice(
        settings.withoutTray,
        [
          ["minimise", own.minimise],
          ["quit", own.quit],
        ],
        (choice) => set({ name: "withoutTray", choice }),
      ),
    },
  ];
}

function help(hands: Hands): Line[] {
  return [
    {
      id: "report",
      section: "about",
      name: words.report.item,
      what: words.sheet.reportWhat,
      also: words.sheet.reportAlso,
      kind: "plain",
      presses: [{ id: "report-problem", name: words.sheet.open, run: () => hands.show("report"), action: "report" }],
    },
  ];
}
