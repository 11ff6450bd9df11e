// Servers: finding, trusting and signing in to them, and what is to be done about one.
import { number, plural, wait } from "../../format";
import type * as english from "../en/servers";

export const serverWords: typeof english.serverWords = {
  welcome: {
    what: "Funksprüche von deinem OpenScanner-Server.",
    orDemo: "Kein Server zur Hand?",
    demo: "Demo ausprobieren",
    demoWhat: "Eine erfundene Stadt auf diesem Computer. Nichts einzurichten.",
  },

  add: {
    title: "Server hinzufügen",
    address: "Adresse des Servers",
    example: "scanner.example.org",
    hint: "Ein Name, mit Port, falls es einen gibt: 192.168.1.20:3000. Auch eine aus dem Browser kopierte Adresse geht.",
    go: "Weiter",
    cancel: "Abbrechen",
  },

  panel: {
    looking: (address) => `Sucht einen Server unter ${address}`,
    unreachable: "Noch keine Antwort",
    refused: "Dieser Server lässt sich nicht benutzen",
    tryNow: "Jetzt versuchen",
    instead: (address) => `Stattdessen ${address}`,
    otherAddress: "Andere Adresse",
    again: (ms, attempt) => `Nächster Versuch in ${wait(ms)} (der ${number(attempt)}.).`,
    soon: "Versucht es gerade wieder.",
  },

  certificate: {
    title: "Ist dieses Zertifikat bekannt?",
    ask: "Diese Zeichen mit denen vergleichen, die der Betreiber nennt. Weichen sie ab, antwortet vielleicht jemand anderes.",
    changedTitle: "Das Zertifikat hat sich geändert",
    changed:
      "Gezeigt wird ein anderes Zertifikat als das, dem du vertraut hast. Nur weitergehen, wenn der Betreiber es bestätigt.",
    digest: "SHA-256",
    trust: "Diesem Zertifikat vertrauen",
    trustChanged: "Geprüft, dem neuen vertrauen",
  },

  signIn: {
    title: (server) => `Bei ${server} anmelden`,
    user: "Benutzername",
    password: "Passwort",
    stay: "Angemeldet bleiben",
    stayWhat: "Das Passwort wird nicht behalten, nur ein Schlüssel im Schlüsselbund des Systems.",
    go: "Anmelden",
    going: "Meldet an",
    anonymous: "Ohne Konto hören",
    open: "Die Verbindung zu diesem Server ist unverschlüsselt: Ein Passwort kann unterwegs gelesen werden.",
  },

  password: {
    title: "Neues Passwort wählen",
    why: (user) => `Das Konto ${user} braucht ein neues Passwort, bevor es hören kann.`,
    wished: (user) => `Für das Konto ${user}. Seine anderen Geräte müssen sich neu anmelden; dieses tut es von selbst.`,
    current: "Jetziges Passwort",
    new: "Neues Passwort",
    repeat: "Neues Passwort noch einmal",
    go: "Passwort ändern",
    going: "Ändert",
    rule: "8 Zeichen oder mehr.",
    tooShort: (n) => plural(n, { one: "# von mindestens 8 Zeichen", other: "# von mindestens 8 Zeichen" }),
    tooLong: (n) =>
      plural(n, {
        one: "Zu lang: # Byte, der Server nimmt 72",
        other: "Zu lang: # Bytes, der Server nimmt 72",
      }),
    fits: "Lang genug",
    differs: "Nicht dasselbe wie oben",
    same: "Dasselbe",
    unchanged: "Dasselbe wie das jetzige",
  },

  servers: {
    title: "Server",
    none: "Kein Server",
    more: (n) => `+${number(n)}`,
    listening: (n) => plural(n, { one: "# hört zu", other: "# hören zu" }),
    signOut: "Abmelden",
    stopListening: "Nicht mehr hören",
    signIn: "Anmelden",
    reconnect: "Neu verbinden",
    remove: "Entfernen",
    removeSure: "Endgültig entfernen?",
    add: "Server hinzufügen",
    unencrypted: "unverschlüsselt",
    through: (proxy) => `über den Proxy ${proxy}`,
    version: (version) => `Version ${version}`,
    show: "Zeigen",
    mute: "Stumm",
    isMuted: "stumm: seine Funksprüche laufen nicht",
    edit: "Bearbeiten",
    password: "Passwort ändern",
    up: (name) => `${name} nach oben`,
    down: (name) => `${name} nach unten`,
    name: "Name hier",
    nameHint: "Leer: wie der Server selbst heißt.",
    nameLong: "Höchstens 60 Zeichen.",
    mark: "Farbzeichen seiner Funksprüche",
    marks: {
      blue: "Blau",
      orange: "Orange",
      green: "Grün",
      pink: "Rosa",
      yellow: "Gelb",
      violet: "Violett",
      teal: "Blaugrün",
      red: "Rot",
    },
    save: "Speichern",
  },

  linkState: {
    idle: "nicht verbunden",
    probing: "sucht",
    untrusted: "Zertifikat unbekannt",
    connecting: "verbindet",
    live: "live",
    waiting: (leftMs) => (leftMs > 0 ? `neuer Versuch in ${wait(leftMs)}` : "verbindet neu"),
    refused: "nicht benutzbar",
  },

  accountState: {
    signedOut: "abgemeldet",
    anonymous: "ohne Konto",
    signingIn: "meldet an",
    passwordChange: "neues Passwort nötig",
  },

  prompt: {
    signedOut: (server) => `Von ${server} abgemeldet. Die Funksprüche warten.`,
    lost: (server) => `Keine Verbindung zu ${server}.`,
    again: (ms) => (ms > 0 ? `Neuer Versuch in ${wait(ms)}.` : "Neuer Versuch läuft."),
    refused: (server) => `${server} lässt sich jetzt nicht benutzen.`,
    untrusted: (server) => `Dem Zertifikat von ${server} wird nicht vertraut.`,
    password: (server) => `${server} verlangt ein neues Passwort.`,
    look: "Ansehen",
  },
};
