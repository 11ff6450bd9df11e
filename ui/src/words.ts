// Every word the window says, in one place, so that another language is one more such file.
//
// Sentences of the core (`Problem.message`) come as they are; names and transcripts come from servers.
import type { LinkView } from "./generated/LinkView";
import type { AccountView } from "./generated/AccountView";
import type { Problem } from "./generated/Problem";
import type { RowState } from "./generated/RowState";
import { wait } from "./format";

const calls = (n: number): string => (n === 1 ? "1 call" : `${n} calls`);

export const words = {
  program: {
    name: "Squelch",
    noAnswer: "The program did not answer. Try again.",
    lost: "The window has lost touch with the program.",
    again: "Try again",
    stopped: "Squelch has stopped inside. Nothing more will be heard until you start it again.",
    quit: "Quit Squelch",
    dismiss: "Dismiss",
    notices: "Notices",
    close: "Close",
  },

  welcome: {
    what: "Radio calls from your OpenScanner server.",
    orDemo: "No server at hand?",
    demo: "Try the demo",
    demoWhat: "An invented town on this computer. Nothing to set up.",
  },

  add: {
    title: "Add a server",
    address: "Server address",
    example: "scanner.example.org",
    hint: "A name, with its port if it has one: 192.168.1.20:3000. A page address copied from the browser works too.",
    go: "Continue",
    cancel: "Cancel",
  },

  panel: {
    looking: (address: string) => `Looking for a server at ${address}`,
    unreachable: "No answer yet",
    refused: "This server cannot be used",
    tryNow: "Try now",
    instead: (address: string) => `Use ${address} instead`,
    otherAddress: "Other address",
    again: (ms: number, attempt: number) => `Next attempt in ${wait(ms)} (number ${attempt}).`,
    soon: "Trying again now.",
  },

  certificate: {
    title: "Do you know this certificate?",
    ask: "Compare these digits with what the operator of the server tells you. If they differ, somebody else may be answering.",
    changedTitle: "The certificate has changed",
    changed:
      "A different certificate than the one you trusted is presented. Do not go on unless the operator confirms it.",
    digest: "SHA-256",
    trust: "Trust this certificate",
    trustChanged: "I checked, trust the new one",
  },

  signIn: {
    title: (server: string) => `Sign in to ${server}`,
    user: "User name",
    password: "Password",
    stay: "Stay signed in",
    stayWhat: "Your password is not kept, only a key in the system's keychain.",
    go: "Sign in",
    going: "Signing in",
    anonymous: "Listen without an account",
    open: "The link to this server is not encrypted: a password can be read on the way.",
  },

  password: {
    title: "Choose a new password",
    why: (user: string) => `The account ${user} needs a new password before it can listen.`,
    current: "Current password",
    new: "New password",
    repeat: "New password again",
    go: "Change password",
    going: "Changing",
    least: 8,
    most: 72,
    rule: "8 characters or more.",
    tooShort: (n: number) => `${n} of at least 8 characters`,
    tooLong: (n: number) => `Too long: ${n} bytes, the server takes 72`,
    fits: "Long enough",
    differs: "Not the same as above",
    same: "The same",
    unchanged: "The same as the current one",
  },

  servers: {
    title: "Servers",
    none: "No server",
    more: (n: number) => `+${n}`,
    listening: (n: number) => `${n} listening`,
    signOut: "Sign out",
    stopListening: "Stop listening",
    signIn: "Sign in",
    reconnect: "Reconnect",
    remove: "Remove",
    removeSure: "Remove for good?",
    add: "Add a server",
    unencrypted: "not encrypted",
    through: (proxy: string) => `through the proxy ${proxy}`,
    version: (version: string) => `version ${version}`,
    show: "Show",
  },

  prompt: {
    signedOut: (server: string) => `Signed out of ${server}. Its calls wait.`,
    lost: (server: string) => `No link to ${server}.`,
    again: (ms: number) => (ms > 0 ? `Trying again in ${wait(ms)}.` : "Trying again."),
    refused: (server: string) => `${server} cannot be used now.`,
    untrusted: (server: string) => `The certificate of ${server} is not trusted.`,
    password: (server: string) => `${server} wants a new password from you.`,
    look: "Look",
  },

  now: {
    region: "Now playing",
    nothing: "Listening",
    nothingWhat: "The next call is played the moment it comes.",
    between: "Waiting for the next call",
    loading: "Loading",
    off: "Live is off",
    offWhat: "Calls are listed, not played.",
    goLive: "Go live",
    paused: "Paused",
    pausedWhat: (waiting: number) =>
      waiting === 0 ? "Nothing waits." : `${calls(waiting)} ${waiting === 1 ? "waits" : "wait"}.`,
    resume: "Resume",
    pausedBy: (program: string) => `${program} uses the microphone. Calls go on by themselves.`,
    noDevice: "No sound device",
    useDefault: "Use the default device",
    linkLost: "No link",
    tryNow: "Try now",
    signedOut: "Signed out",
    signedOutWhat: "Sign in to hear calls again.",
    newPassword: "New password needed",
    connecting: "Connecting",
    connectingWhat: "Calls appear as soon as the link is up.",
    unknownUnit: "Unknown unit",
    position: "Position",
    duration: "Length",
    started: "Began",
    site: (site: string) => `site ${site}`,
    errors: (n: number) => (n === 1 ? "1 error" : `${n} errors`),
    spikes: (n: number) => (n === 1 ? "1 spike" : `${n} spikes`),
    gain: (db: string) => `loudness ${db}`,
    transcript: "Transcript",
    speaker: (n: number) => `Speaker ${n}`,
    announce: (title: string, system: string, unit: string | null) =>
      unit === null ? `${title}, ${system}` : `${title}, ${system}, ${unit}`,
  },

  select: {
    region: "This call's talkgroup",
    hold: "Hold talkgroup",
    holding: (name: string) => `Holding ${name}`,
    holdSystem: "Hold system",
    avoid: "Avoid",
    avoided: "Avoided",
    left: (ms: number | null) => (ms === null ? "until released" : wait(ms)),
    avoidFor: "Avoid for",
    minutes: (n: number) => (n < 60 ? `${n} minutes` : n === 60 ? "1 hour" : `${n / 60} hours`),
    untilReleased: "Until released",
    releaseWhat: (name: string) => `Release ${name}`,
    menu: "How long to avoid",
    avoidedNow: "Avoided now",
  },

  feed: {
    region: "Calls",
    title: "Calls",
    waiting: (n: number) => (n === 0 ? "none waiting" : `${n} waiting`),
    behind: (span: string) => `${span} behind live`,
    atLive: "at live",
    liveOff: "live off",
    replay: "replay",
    fresh: (n: number) => (n === 1 ? "1 new call" : `${n} new calls`),
    earlier: "Before you joined",
    empty: "No calls yet",
    emptyWhat: "They are listed here as they come, newest first.",
    play: (title: string) => `Play ${title}`,
    more: (title: string) => `More for ${title}`,
    playNow: "Play now",
    row: (...parts: string[]) => parts.filter((part) => part !== "").join(", "),
  },

  state: {
    unplayed: "",
    waiting: "waiting",
    loading: "loading",
    ready: "ready",
    next: "next",
    nextLoading: "next, loading",
    nextReady: "next, ready",
    playing: "playing",
    pausedInCall: "paused",
    played: "played",
    skipped: "skipped",
    notPlayed: {
      liveOff: "live was off",
      tooOld: "too old",
      notHeld: "not held",
      avoided: "avoided",
      switchedOff: "switched off",
    },
  },

  player: {
    region: "Player",
    withKey: (what: string, key: string) => `${what} (${key})`,
    live: "Live",
    liveOn: "Live is on: calls are played as they come",
    liveOff: "Live is off",
    pause: "Pause",
    resume: "Resume",
    replay: "Replay",
    skip: "Skip",
    mute: "Mute",
    unmute: "Unmute",
    muted: "muted",
    volume: "Volume",
    resting: "Sound device at rest",
    quieterFor: (program: string) => `Quieter: ${program} uses the microphone`,
    anotherProgram: "another program",
    noDevice: "No sound device",
  },

  closing: {
    title: "Keep listening?",
    what: "With the window closed, Squelch can go on playing calls. Its icon in the tray opens the window again.",
    keep: "Keep listening in the tray",
    quit: "Quit Squelch",
  },

  closingWithoutTray: {
    title: "Keep listening?",
    what: "Nothing on this desktop shows tray icons. Squelch can go on playing calls as a small window, or end. Its settings remember what you choose.",
    keep: "Minimise and keep listening",
    quit: "Quit Squelch",
  },

  settings: {
    button: "Settings",
    minimise: "Minimise when closed",
    look: "Look",
    system: "As the desktop",
    dark: "Dark",
    light: "Light",
    pause: "Pause between calls",
    pauseOf: (ms: number) => (ms === 0 ? "None" : `${ms} ms`),
    loudness: "Equal loudness",
    loudnessWhy: "Quiet calls are raised and loud ones lowered, from the next call on.",
    tameTones: "Quieter tones",
    tameTonesWhy: "Paging tones and bursts of data are played below the speech.",
    microphone: "While another program uses the microphone",
    playOn: "Play on",
    quieter: "Play quieter",
    pauseThen: "Pause",
    microphoneNotOffered: "On this system Squelch cannot tell whether another program uses the microphone.",
    microphoneUnknown: "No sound server tells who uses the microphone, so calls just play on.",
    shortcuts: "Single-key shortcuts",
    show: "Keyboard and global keys",
  },

  globalKeys: {
    title: "In every program",
    what: "A key chosen here works while another program has the keyboard, and is missing there.",
    none: "Not set",
    press: "Press a key",
    how: "Press the key. Escape leaves it as it was, Backspace takes it away.",
    odd: "That key cannot be taken here: choose a letter, a digit or a function key.",
    keyFor: (action: string, keys: string) => `${action}: ${keys}. Choose a key`,
    pressFor: (action: string) => `Press a key for ${action}`,
    clear: (action: string) => `No key for ${action}`,
    actions: {
      replay: "Replay",
      skip: "Skip",
      mute: "Mute",
      hold: "Hold talkgroup",
      pushToMute: "Mute while held",
    },
  },

  alerts: {
    title: "Notifications",
    open: "Notifications…",
    nobody: "Nothing on this desktop shows notifications, so none will be seen.",
    tell: "Tell me when",
    linkLost: "a link is lost for more than a minute",
    signedOut: "a login has ended",
    updates: "there is a newer Squelch",
    calls: "Tell me of calls on",
    none: "No talkgroup yet. Choose “Notify me of calls” in a call's menu.",
    talkgroup: "Notify me of calls",
    on: "Notify",
    muted: (left: string) => `Notify: muted ${left}`,
    mutedFor: (left: string) => `muted ${left}`,
    unmute: "Unmute",
    unmuteWhat: (name: string) => `Unmute ${name}`,
    endWhat: (name: string) => `Do not notify of ${name}`,
    quiet: "Quiet hours",
    quietWhat: "Show nothing at night",
    from: "From",
    to: "to",
    wrong: "Enter two different times, such as 22:00 and 07:00.",
  },

  autostart: {
    item: "Start when I log in",
  },

  link: {
    openTitle: (address: string) => `Open ${address}?`,
    openWhat:
      "A link asks Squelch to use this server. Nothing has been sent to it so far. Open it only if you trust where the link came from.",
    open: "Open this server",
    knownTitle: (name: string) => `${name} is here already`,
    knownWhat: "A link leads to this server, which Squelch already uses.",
    show: "Show",
    callTitle: (title: string) => `Play “${title}”?`,
    callWhat: (name: string) => `A link leads to this call of ${name}.`,
    play: "Play",
    goneTitle: "This call is not in the list",
    goneWhat: (name: string) => `A link leads to a call of ${name} that Squelch has not heard of, or not any more.`,
    strangerWhat: (address: string) =>
      `A link leads to a call of ${address}, which Squelch does not use yet. Nothing has been sent to it so far. Open it only if you trust where the link came from, and click the link again once calls arrive.`,
    refusedTitle: "This link is not followed",
    not: "Not now",
    close: "Close",
  },

  report: {
    item: "Report a problem",
    title: "Report a problem",
    what: "This is what a bug report needs. Read it before you show it to others: it names your servers and sound devices. Passwords and logins are not in it.",
    text: "Report",
    making: "Looking at servers and devices…",
    failed: "The report could not be made. The folder has the logs.",
    copy: "Copy report",
    copied: "Copied",
    notCopied: "It could not be copied. It is selected: copy it with your keyboard.",
    folder: "Open folder",
  },

  updates: {
    title: "Updates",
    notice: "A newer Squelch",
    off: "Do not look",
    notify: "Tell me",
    automatic: "Install when I quit",
    look: "Check for updates",
    checking: "Looking for a newer Squelch…",
    newest: (version: string) => `Squelch ${version} is the newest.`,
    available: (version: string) => `Squelch ${version} is available.`,
    notes: "What is new",
    now: "Install and restart",
    onQuit: "Install when I quit",
    skip: "Not this version",
    downloading: (version: string, kb: number) => `Downloading Squelch ${version}: ${(kb / 1000).toFixed(1)} MB so far`,
    progress: "Download",
    later: (version: string) => `Squelch ${version} will be installed when you quit.`,
    afterCall: (version: string) => `Squelch ${version} will be installed when this call has ended.`,
    atOnce: "Do not wait",
    installing: (version: string) => `Installing Squelch ${version}. The system may ask for your password.`,
    installed: (version: string) => `Squelch ${version} is installed and starts when this call has ended.`,
  },

  keys: {
    title: "Keyboard",
    space: "Space",
    pause: "Pause or resume",
    skip: "Skip this call",
    replay: "Replay this or the last call",
    live: "Live on or off",
    mute: "Mute",
    hold: "Hold this talkgroup, or release",
    avoid: "Avoid this talkgroup for 30 minutes, or release",
    volume: "Louder, quieter",
    help: "This list",
    inFeed: "In the list of calls",
    move: "Next and previous call",
    play: "Play the call",
    menu: "More for the call",
    ends: "Newest, oldest",
    off: "Single-key shortcuts are switched off.",
    on: "Switch on",
  },
};

/** A link's state in a word or two. `leftMs` is the time until the next attempt. */
export function linkWords(link: LinkView, leftMs: number): string {
  switch (link.kind) {
    case "idle":
      return "not connected";
    case "probing":
      return "looking";
    case "untrusted":
      return "certificate not trusted";
    case "connecting":
      return "connecting";
    case "live":
      return "live";
    case "waiting":
      return leftMs > 0 ? `reconnecting in ${wait(leftMs)}` : "reconnecting";
    case "refused":
      return "cannot be used";
  }
}

/** An account's state in a word or two. */
export function accountWords(account: AccountView): string {
  switch (account.kind) {
    case "signedOut":
      return "signed out";
    case "anonymous":
      return "no account";
    case "signingIn":
      return "signing in";
    case "signedIn":
      return account.user;
    case "passwordChange":
      return "new password needed";
  }
}

/** What became of a call, in words. */
export function stateWords(state: RowState, isNext: boolean): string {
  switch (state.kind) {
    case "waiting":
      return isNext ? words.state.next : words.state.waiting;
    case "loading":
      return isNext ? words.state.nextLoading : words.state.loading;
    case "ready":
      return isNext ? words.state.nextReady : words.state.ready;
    case "notPlayed":
      return words.state.notPlayed[state.why];
    case "failed":
      return failureWords(state.problem);
    default:
      return words.state[state.kind];
  }
}

/** A call's failure, short enough for its row; the whole sentence is the row's tooltip. */
function failureWords(problem: Problem): string {
  switch (problem.code) {
    case "audioMissing":
      return "audio not found";
    case "audioRefused":
      return "audio refused";
    case "audioUnreachable":
      return "did not arrive";
    case "audioUnplayable":
      return "cannot be played";
    default:
      return "failed";
  }
}
