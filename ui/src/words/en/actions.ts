// What the window's actions are called, and what else people call them. The names of the entries name the actions
// themselves: an action without words does not exist.
import { plural } from "../../format";

/** A name for lists, and other words to find it by. */
export interface Named {
  readonly name: string;
  readonly also: string;
}

const names = {
  pause: { name: "Pause or resume", also: "stop halt hold on continue play" },
  skip: { name: "Skip this call", also: "next forward leave" },
  replay: { name: "Replay this or the last call", also: "again repeat back previous play" },
  rewind15: { name: "Hear the last 15 seconds again", also: "rewind replay back instant jump dvr repeat" },
  rewind30: { name: "Hear the last 30 seconds again", also: "rewind replay back instant jump dvr repeat half" },
  rewind60: { name: "Hear the last 60 seconds again", also: "rewind replay back instant jump dvr repeat 1 minute" },
  rewind120: { name: "Hear the last 2 minutes again", also: "rewind replay back instant jump dvr repeat 120 seconds" },
  rewind300: { name: "Hear the last 5 minutes again", also: "rewind replay back instant jump dvr repeat 300 seconds" },
  live: { name: "Live on or off", also: "listen automatically stream go" },
  catchUp: { name: "Catch up with live, or play as spoken", also: "behind faster speed tempo skip silence late" },
  endRewind: { name: "Back to live from what is heard again", also: "forward catch up end replay rewind resume now" },
  mute: { name: "Mute or unmute", also: "silence sound quiet off" },
  louder: { name: "Louder", also: "volume up increase gain" },
  quieter: { name: "Quieter", also: "volume down softer decrease lower" },
  playMissed: { name: "Play what was missed while away", also: "catch up late gap absent yes" },
  skimMissed: {
    name: "Skim what was missed: only what stands out",
    also: "catch up late gap absent away priority held bookmarked",
  },
  dropMissed: { name: "Drop what was missed while away", also: "ignore discard clear late gap absent no" },
  hold: { name: "Hold this talkgroup, or release", also: "stay lock only channel unhold" },
  holdSystem: { name: "Hold this system, or release", also: "stay lock only unhold" },
  avoid: { name: "Avoid this talkgroup for 30 minutes, or release", also: "ignore block lock out half an hour" },
  avoidHour: { name: "Avoid this talkgroup for 1 hour", also: "ignore block lock out 60 minutes" },
  avoidTwoHours: { name: "Avoid this talkgroup for 2 hours", also: "ignore block lock out 120 minutes" },
  avoidUntilReleased: { name: "Avoid this talkgroup until released", also: "ignore block lock out for ever always" },
  release: { name: "Release this talkgroup", also: "unhold unavoid end hear again" },
  releaseAll: { name: "Release all that is held or avoided", also: "unhold unavoid everything clear reset" },
  talkgroups: {
    name: "Choose talkgroups, or close the list",
    also: "selection channels tree presets switch on off",
  },
  presets: { name: "Presets of talkgroups", also: "apply choose bring back rename remove list selection scan" },
  savePreset: { name: "Save what is chosen as a preset", also: "keep name new store selection talkgroups" },
  raisePriority: { name: "Raise this talkgroup's priority", also: "first next before higher important up" },
  lowerPriority: { name: "Lower this talkgroup's priority", also: "last later after unimportant down" },
  notify: { name: "Notify me of this talkgroup's calls, or no more", also: "alert tell bell" },
  search: { name: "Search the archive, or close it", also: "find look up calls past history old transcript" },
  find: { name: "Search for words that were said", also: "find look up text transcript said archive" },
  timeline: { name: "Timeline of the last hours, or close it", also: "dvr history past waveform rewind day recorder" },
  bookmarks: { name: "Bookmarked calls", also: "favourites starred kept saved list" },
  bookmark: { name: "Bookmark this call, or no more", also: "star favourite keep save mark" },
  save: { name: "Save this call's recording", also: "download file export keep disk mp3 wav" },
  export: {
    name: "Export the chosen calls, or this one",
    also: "merge join zip flac wav save many several download file list voice",
  },
  record: {
    name: "Record from now, or stop recording",
    also: "tape capture save listen file flac wav start end rec",
  },
  share: { name: "Share this call by a link", also: "send copy url address public" },
  details: { name: "Details of this call, or hide them", also: "info frequency site decoder errors unit listeners" },
  nameUnit: { name: "Name the unit that speaks", also: "rename alias radio call sign who label own" },
  newest: { name: "Go to the newest call", also: "list feed top latest last jump" },
  servers: { name: "Servers", also: "sign in out log account login remove reconnect link password user" },
  addServer: { name: "Add a server", also: "new connect address" },
  reconnect: { name: "Try lost links again now", also: "reconnect retry network server" },
  settings: { name: "Settings", also: "preferences options configure microphone start" },
  alerts: { name: "Notifications", also: "alerts quiet hours tell bell" },
  help: { name: "Keys, and changing them", also: "keyboard shortcuts hotkeys global help bindings" },
  palette: { name: "All commands", also: "palette search find actions" },
  report: { name: "Report a problem", also: "bug diagnostics log help support" },
  about: { name: "About Squelch", also: "version licence source folders support address info" },
  checkForUpdates: { name: "Check for updates", also: "new version upgrade install about" },
  themeSystem: { name: "Look: as the desktop", also: "theme appearance colours system automatic" },
  themeDark: { name: "Look: dark", also: "theme appearance colours black night" },
  themeLight: { name: "Look: light", also: "theme appearance colours white bright day" },
  themeHighContrast: { name: "Look: high contrast", also: "theme appearance colours accessible black white yellow" },
  themeLcd: { name: "Look: scanner display", also: "theme appearance colours amber lcd classic backlight" },
  compact: { name: "Compact strip, or the whole window", also: "mini small one line always on top bar" },
  display: { name: "Display", also: "look theme text size font brightness motion clock 12 24 hours options" },
  sound: { name: "Sound", also: "device output speakers headset headphones test tone audio loudness options" },
  textLarger: { name: "Larger text", also: "zoom in bigger font size increase" },
  textSmaller: { name: "Smaller text", also: "zoom out font size decrease" },
  singleKeys: { name: "Single-key shortcuts on or off", also: "keyboard keys switch" },
  quit: { name: "Quit Squelch", also: "exit close end" },
} satisfies Record<string, Named>;

/** Names an action. */
export type ActionId = keyof typeof names;

export const actionWords = {
  names: names as Readonly<Record<ActionId, Named>>,
  groups: { listening: "Listening", choosing: "What you hear", archive: "Archive and bookmarks", window: "Window" },

  // What it would do now, where that depends.
  goLive: "Go live",
  liveOff: "Turn live off",
  recordOff: "Stop recording",
  recordOn: "Record from now",
  avoidFor: (minutes: string) => `Avoid for ${minutes}`,
  avoidUntil: "Avoid until released",
  applyPreset: (name: string) => `Apply the preset “${name}”`,
  singleOff: "Switch single-key shortcuts off",
  singleOn: "Switch single-key shortcuts on",

  /** Why it cannot be done now. */
  why: {
    first: "Possible once you listen to a server.",
    nothingPlays: "Nothing plays now.",
    nothingPlayed: "Nothing has been played yet.",
    isLive: "All is live, or as good as that.",
    noCatchingUp: "The settings say never to catch up.",
    nothingRewound: "Nothing of the past is being heard.",
    nothingMissed: "No missed calls wait.",
    nothingStandsOut: "Of the missed calls none stands out: no talkgroup of theirs is held or has a high priority.",
    noCall: "No call is on the card.",
    isExporting: "Other calls are being exported.",
    isStopping: "The recording is being finished.",
    noUnit: "Nobody knows which unit speaks.",
    unlisted: "The server does not list this call's talkgroup.",
    systemUnlisted: "The server does not list this call's system.",
    loudest: "As loud as it goes.",
    softest: "As quiet as it goes.",
    highest: "Its priority is high already.",
    lowest: "Its priority is low already.",
    notChosen: "This talkgroup is neither held nor avoided.",
    nothingChosen: "Nothing is held or avoided.",
    noCalls: "No calls yet.",
    noLinkLost: "No link is lost.",
    largest: "As large as it gets.",
    smallest: "As small as it gets.",
    isLook: "That is the look now.",
    isPreset: "That is what is chosen now.",
  },
};

export const paletteWords = {
  title: "Commands",
  button: "All commands",
  search: "Search commands",
  list: "Commands",
  recent: "Used last",
  presets: "Presets",
  all: "All",
  found: (n: number) => plural(n, { one: "# command", other: "# commands" }),
  nothing: (query: string) => `No command is called anything like “${query}”.`,
};

export const keyWords = {
  none: "Not set",
  press: "Press a key",
  how: "Press the key. Escape leaves it as it was, Backspace takes it away.",
  keyFor: (action: string, keys: string) => `${action}: ${keys}. Change the key`,
  pressFor: (action: string) => `Press a key for ${action}`,
  reset: (action: string, keys: string) => `${action}: back to ${keys}`,
  resetAll: "All keys as they were made",
  /** Why a key cannot be had. */
  refused: {
    taken: (action: string) => `That is the key for “${action}”. Choose another, or take it away there first.`,
    takenEverywhere: (action: string) =>
      `That is the key for “${action}” in every program. Choose another, or take it away there first.`,
    text: "That key is for editing text. Choose another.",
    control: "That key moves through the window and presses what is in it. Choose another.",
    system: "That key belongs to the system. Choose another.",
  },
};
