// The program itself: what it says of itself, closing, links to it, reports, updates.
import { megabytes } from "../../format";

export const programWords = {
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
    downloading: (version: string, kb: number) => `Downloading Squelch ${version}: ${megabytes(kb)} so far`,
    progress: "Download",
    later: (version: string) => `Squelch ${version} will be installed when you quit.`,
    afterCall: (version: string) => `Squelch ${version} will be installed when this call has ended.`,
    atOnce: "Do not wait",
    installing: (version: string) => `Installing Squelch ${version}. The system may ask for your password.`,
    installed: (version: string) => `Squelch ${version} is installed and starts when this call has ended.`,
  },
};
