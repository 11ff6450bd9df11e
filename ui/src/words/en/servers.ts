// Servers: finding, trusting and signing in to them, and what is to be done about one.
import { number, plural, wait } from "../../format";

export const serverWords = {
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
    again: (ms: number, attempt: number) => `Next attempt in ${wait(ms)} (number ${number(attempt)}).`,
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
    wished: (user: string) =>
      `For the account ${user}. Its other devices will have to sign in again; this one does so by itself.`,
    current: "Current password",
    new: "New password",
    repeat: "New password again",
    go: "Change password",
    going: "Changing",
    rule: "8 characters or more.",
    tooShort: (n: number) => plural(n, { other: "# of at least 8 characters" }),
    tooLong: (n: number) =>
      plural(n, { one: "Too long: # byte, the server takes 72", other: "Too long: # bytes, the server takes 72" }),
    fits: "Long enough",
    differs: "Not the same as above",
    same: "The same",
    unchanged: "The same as the current one",
  },

  servers: {
    title: "Servers",
    none: "No server",
    more: (n: number) => `+${number(n)}`,
    listening: (n: number) => plural(n, { other: "# listening" }),
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
    mute: "Mute",
    isMuted: "muted: its calls are not played",
    edit: "Edit",
    password: "Change password",
    up: (name: string) => `Move ${name} up`,
    down: (name: string) => `Move ${name} down`,
    name: "Name here",
    nameHint: "Empty: as the server calls itself.",
    nameLong: "60 characters at most.",
    mark: "Mark of its calls",
    marks: {
      blue: "Blue",
      orange: "Orange",
      green: "Green",
      pink: "Pink",
      yellow: "Yellow",
      violet: "Violet",
      teal: "Teal",
      red: "Red",
    },
    save: "Save",
  },

  /** A link's state in a word or two. */
  linkState: {
    idle: "not connected",
    probing: "looking",
    untrusted: "certificate not trusted",
    connecting: "connecting",
    live: "live",
    waiting: (leftMs: number) => (leftMs > 0 ? `reconnecting in ${wait(leftMs)}` : "reconnecting"),
    refused: "cannot be used",
  },

  /** An account's state in a word or two; one that is signed in has its user's name instead. */
  accountState: {
    signedOut: "signed out",
    anonymous: "no account",
    signingIn: "signing in",
    passwordChange: "new password needed",
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
};
