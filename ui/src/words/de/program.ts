// The program itself: what it says of itself, closing, links to it, reports, updates.
import { megabytes } from "../../format";
import type * as english from "../en/program";

export const programWords: typeof english.programWords = {
  program: {
    name: "Squelch",
    noAnswer: "Das Programm hat nicht geantwortet. Noch einmal versuchen.",
    lost: "Das Fenster hat das Programm verloren.",
    again: "Noch einmal versuchen",
    stopped: "Squelch ist innen stehen geblieben. Bis zum nächsten Start ist nichts mehr zu hören.",
    quit: "Squelch beenden",
    dismiss: "Ausblenden",
    notices: "Hinweise",
    close: "Schließen",
  },

  closing: {
    title: "Weiter zuhören?",
    what: "Auch ohne Fenster kann Squelch weiter Funksprüche abspielen. Sein Symbol im Infobereich öffnet das Fenster wieder.",
    keep: "Im Infobereich weiter zuhören",
    quit: "Squelch beenden",
  },

  closingWithoutTray: {
    title: "Weiter zuhören?",
    what: "Dieser Desktop zeigt keinen Infobereich. Squelch kann minimiert weiter Funksprüche abspielen oder sich beenden. Die Wahl merken sich die Einstellungen.",
    keep: "Minimieren und weiter zuhören",
    quit: "Squelch beenden",
  },

  autostart: {
    item: "Bei der Anmeldung am Computer starten",
  },

  link: {
    openTitle: (address) => `${address} öffnen?`,
    openWhat:
      "Ein Link will, dass Squelch diesen Server benutzt. Bisher wurde ihm nichts gesendet. Nur öffnen, wenn die Herkunft des Links vertrauenswürdig ist.",
    open: "Diesen Server öffnen",
    knownTitle: (name) => `${name} ist schon da`,
    knownWhat: "Ein Link führt zu diesem Server, den Squelch schon benutzt.",
    show: "Zeigen",
    callTitle: (title) => `„${title}“ abspielen?`,
    callWhat: (name) => `Ein Link führt zu diesem Funkspruch von ${name}.`,
    play: "Abspielen",
    goneTitle: "Dieser Funkspruch steht nicht in der Liste",
    goneWhat: (name) => `Ein Link führt zu einem Funkspruch von ${name}, den Squelch noch nicht oder nicht mehr kennt.`,
    strangerWhat: (address) =>
      `Ein Link führt zu einem Funkspruch von ${address}. Diesen Server benutzt Squelch noch nicht, und bisher wurde ihm nichts gesendet. Nur öffnen, wenn die Herkunft des Links vertrauenswürdig ist; den Link noch einmal anklicken, sobald Funksprüche kommen.`,
    refusedTitle: "Diesem Link wird nicht gefolgt",
    not: "Jetzt nicht",
    close: "Schließen",
  },

  report: {
    item: "Problem melden",
    title: "Problem melden",
    what: "Das braucht ein Fehlerbericht. Vor dem Weitergeben lesen: Er nennt Server und Audiogeräte. Passwörter und Anmeldungen stehen nicht darin.",
    text: "Bericht",
    making: "Server und Geräte werden angesehen…",
    failed: "Der Bericht ließ sich nicht erstellen. Die Protokolle liegen im Ordner.",
    copy: "Bericht kopieren",
    copied: "Kopiert",
    notCopied: "Das Kopieren ging nicht. Der Text ist markiert: mit der Tastatur kopieren.",
    folder: "Ordner öffnen",
  },

  updates: {
    title: "Updates",
    notice: "Ein neueres Squelch",
    off: "Nicht suchen",
    notify: "Melden",
    automatic: "Beim Beenden installieren",
    look: "Nach Updates suchen",
    checking: "Sucht nach einem neueren Squelch…",
    newest: (version) => `Squelch ${version} ist das neueste.`,
    available: (version) => `Squelch ${version} ist da.`,
    notes: "Was ist neu",
    now: "Installieren und neu starten",
    onQuit: "Beim Beenden installieren",
    skip: "Diese Version nicht",
    downloading: (version, kb) => `Squelch ${version} wird geladen: bisher ${megabytes(kb)}`,
    progress: "Fortschritt",
    later: (version) => `Squelch ${version} wird beim Beenden installiert.`,
    afterCall: (version) => `Squelch ${version} wird nach diesem Funkspruch installiert.`,
    atOnce: "Nicht warten",
    installing: (version) => `Squelch ${version} wird installiert. Das System fragt vielleicht nach deinem Passwort.`,
    installed: (version) => `Squelch ${version} ist installiert und startet nach diesem Funkspruch.`,
  },
};
