// The archive of a server: searching it, bookmarks, and links to calls.
import { number, plural } from "../../format";
import type * as english from "../en/archive";

const calls = (n: number): string => plural(n, { one: "# Funkspruch", other: "# Funksprüche" });

export const archiveWords: typeof english.archiveWords = {
  archive: {
    keepCall: "Für immer auf diesem Computer behalten",
    keepTalkgroup: "Ihre Funksprüche für immer behalten",
    playUnheard: (n) =>
      plural(n, { one: "# ungehörten Funkspruch abspielen", other: "# ungehörte Funksprüche abspielen" }),
    playAllUnheard: (n) =>
      plural(n, {
        one: "Alles Ungehörte abspielen (# Funkspruch)",
        other: "Alles Ungehörte abspielen (# Funksprüche)",
      }),
    queued: (n) =>
      n === 0
        ? "In die Warteschlange kam kein Funkspruch dazu."
        : plural(n, {
            one: "# Funkspruch wartet jetzt zusätzlich in der Warteschlange.",
            other: "# Funksprüche warten jetzt zusätzlich in der Warteschlange.",
          }),
    left: (n) =>
      plural(n, {
        one: "Für # weiteren ist kein Platz; er lässt sich später genauso abspielen.",
        other: "Für # weitere ist kein Platz; sie lassen sich später genauso abspielen.",
      }),
  },

  bookmarks: {
    add: "Lesezeichen setzen",
    remove: "Lesezeichen entfernen",
    addOf: (title) => `Lesezeichen für ${title} setzen`,
    removeOf: (title) => `Lesezeichen für ${title} entfernen`,
    needsAccount: "Lesezeichen brauchen ein Konto",
    title: "Lesezeichen",
    loading: "Holt die Lesezeichen",
    failed: "Die Lesezeichen ließen sich nicht holen.",
    none: "Noch keine Lesezeichen",
    noneWhat: (key) =>
      key === null
        ? "Der Funkspruch auf der Karte lässt sich mit einem Lesezeichen versehen, und jeder andere in seinem Menü. Der Server behält sie."
        : `${key} setzt ein Lesezeichen für den Funkspruch auf der Karte; das Menü jedes Funkspruchs kann es auch. Der Server behält sie.`,
    gone: "Die Funksprüche sind weg",
    goneWhat: (n) =>
      plural(n, {
        one: "Den Funkspruch mit Lesezeichen hat der Server nicht mehr.",
        other: "Von den # Funksprüchen mit Lesezeichen hat der Server keinen mehr.",
      }),
    newest: (n, all, most) => {
      if (all <= n) return plural(n, { one: "# Lesezeichen", other: "# Lesezeichen" });
      if (n >= most) return `Die neuesten ${number(n)} von ${number(all)} Lesezeichen`;
      return `${number(n)} von ${number(all)} Lesezeichen; die übrigen Funksprüche sind weg`;
    },
    signIn: (server) => `Lesezeichen stehen in einem Konto. Bei ${server} anmelden, um welche zu haben.`,
  },

  share: {
    item: "Teilen…",
    title: "Diesen Funkspruch teilen",
    what: (title, when) => `${title}, ${when}`,
    anybody: "Wer den Link hat, kann diesen Funkspruch ohne Konto hören und seine Mitschrift lesen.",
    looking: "Sucht einen Link",
    make: "Link erstellen",
    making: "Erstellt einen Link",
    link: "Link zu diesem Funkspruch",
    isNew: "Dieser Link ist gerade entstanden.",
    isOld: "Dieser Funkspruch ist schon geteilt. Das ist sein Link.",
    copy: "Link kopieren",
    copied: "Kopiert",
    notCopied: "Das Kopieren ging nicht. Der Link ist markiert: mit der Tastatur kopieren.",
    open: "Im Browser öffnen",
    stop: "Nicht mehr teilen",
    stopping: "Beendet den Link",
    stopSure: "Den Link für alle beenden?",
    stopped: "Der Link ist beendet. Wer ihn hat, hört nichts mehr.",
    off: (server) => `${server} teilt keine Funksprüche. Der Betreiber kann das einschalten.`,
    needsAccount: (server) => `Teilen braucht ein Konto. Bei ${server} anmelden, um Funksprüche zu teilen.`,
    again: "Noch einmal versuchen",
  },

  search: {
    title: "Suche",
    open: "Suche im Archiv",
    view: "Ansicht",
    server: "Server",
    where: "Wo gesucht wird",
    here: "Dieser Computer",
    text: "Wörter in Mitschriften",
    textHere: "Wörter in Namen, Einheiten und Mitschriften",
    clearText: "Wörter leeren",
    filters: "Filter",
    systems: "Systeme",
    talkgroups: "Sprechgruppen",
    groups: "Gruppen",
    tags: "Kategorien",
    pick: (what, n) => (n === 0 ? what : plural(n, { one: `${what}, # gewählt`, other: `${what}, # gewählt` })),
    pickFind: (what) => `${what} suchen`,
    pickNone: "Nichts heißt so.",
    pickEmpty: "Der Server führt keine.",
    pickLoading: "Holt die Liste",
    pickFailed: "Die Liste ließ sich nicht holen. Schließen und wieder öffnen versucht es noch einmal.",
    pickFound: (n) => plural(n, { one: "# zur Auswahl", other: "# zur Auswahl" }),
    when: "Wann",
    from: "Von",
    to: "Bis",
    fromDay: "Von welchem Tag",
    fromTime: "Ab welcher Uhrzeit",
    toDay: "Bis zu welchem Tag",
    toTime: "Bis zu welcher Uhrzeit",
    dayExample: "2026-10-14",
    today: "Heute",
    yesterday: "Gestern",
    week: "7 Tage",
    wrongDay: "Einen Tag eingeben, etwa 2026-10-14.",
    wrongTime: "Eine Uhrzeit eingeben, etwa 22:00, mit ihrem Tag.",
    backwards: "Das Ende liegt vor dem Anfang.",
    sort: "Reihenfolge",
    newest: "Neueste zuerst",
    oldest: "Älteste zuerst",
    bookmarkedOnly: "Nur mit Lesezeichen",
    unheardOnly: "Nur ungehörte",
    chips: "Was eingestellt ist",
    fromChip: (when) => `von ${when}`,
    toChip: (when) => `bis ${when}`,
    drop: (what) => `${what} entfernen`,
    clear: "Alles leeren",
    again: "Noch einmal suchen",
    results: "Gefundene Funksprüche",
    searching: "Sucht",
    found: (n, all, more) => {
      if (all !== null && all > n)
        return `${number(n)} von ${plural(all, { one: "# Funkspruch", other: "# Funksprüchen" })}`;
      return more && all !== n ? `bisher ${calls(n)}` : `${calls(n)} gefunden`;
    },
    foundWhat: (n, all, more) => {
      if (n === 0) return "Kein Funkspruch gefunden";
      if (all !== null && all >= n) return `${calls(all)} gefunden`;
      return more ? `Bisher ${calls(n)} gefunden` : `${calls(n)} gefunden`;
    },
    more: "Mehr",
    moreLoading: "Holt mehr",
    moreFailed: "Mehr ließ sich nicht holen.",
    moreStalled: "Unter den nächsten bisher keiner.",
    further: "Weiter suchen",
    inVain: (n) =>
      plural(n, {
        one: "Den nächsten gespeicherten Funkspruch darf dein Konto nicht hören. Oben Sprechgruppen oder Tage wählen, um anderswo zu suchen.",
        other:
          "Von den nächsten # gespeicherten Funksprüchen darf dein Konto keinen hören. Oben Sprechgruppen oder Tage wählen, um anderswo zu suchen.",
      }),
    most: (n) =>
      plural(n, {
        one: "Das ist der erste. Oben mehr einstellen, um andere zu sehen.",
        other: "Das sind die ersten #. Oben mehr einstellen, um andere zu sehen.",
      }),
    failed: "Die Suche ist gescheitert.",
    tryAgain: "Noch einmal versuchen",
    offline: (server) => `Zu ${server} besteht keine Verbindung, und dort ist das Archiv.`,
    connect: "Jetzt verbinden",
    signIn: (server) => `Anmelden, um das Archiv von ${server} zu durchsuchen.`,
    look: "Ansehen, was fehlt",
    nothing: "Kein Funkspruch gefunden",
    nothingSet: "Nichts im Archiv passt zu allem, was eingestellt ist.",
    nothingSaid: "Nichts im Archiv passt. Funksprüche ohne Mitschrift sind über Wörter nicht zu finden.",
    nothingHereSaid: "Nichts auf diesem Computer passt zu diesen Wörtern.",
    nothingHere: (server) => `Von ${server} liegt noch nichts auf diesem Computer.`,
    nothingThere: (server) => `Das Archiv von ${server} ist leer, oder es hat nichts für dich.`,
    words: "Gesagtes zeigen",
    hideWords: "Gesagtes ausblenden",
    wordsOf: (title) => `Gesagtes von ${title}`,
    wordsLoading: "Holt das Gesagte",
    wordsNone: "Keine Mitschrift",
    wordsFailed: "Die Mitschrift ließ sich nicht holen.",
  },
};
