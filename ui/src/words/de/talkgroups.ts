// Choosing talkgroups, and choices with a name.
import { number, plural } from "../../format";
import type * as english from "../en/talkgroups";

export const talkgroupWords: typeof english.talkgroupWords = {
  talkgroups: {
    title: "Sprechgruppen",
    open: (fresh) =>
      fresh === 0 ? "Sprechgruppen" : plural(fresh, { one: "Sprechgruppen, # neue", other: "Sprechgruppen, # neue" }),
    server: "Server",
    by: "Geordnet nach",
    bys: { system: "System", group: "Gruppe", tag: "Kategorie" },
    search: "Sprechgruppen suchen",
    clear: "Suche leeren",
    found: (n, all) => `${number(n)} von ${number(all)}`,
    foundWhat: (n, all) =>
      plural(all, {
        one: `${number(n)} von # Sprechgruppe gefunden`,
        other: `${number(n)} von # Sprechgruppen gefunden`,
      }),
    on: (n, all) => `${number(n)} von ${number(all)} ein`,
    allOn: "Alle ein",
    allOff: "Alle aus",
    foundOn: (n) => plural(n, { one: "# gefundene: ein", other: "# gefundene: ein" }),
    foundOff: (n) => plural(n, { one: "# gefundene: aus", other: "# gefundene: aus" }),
    unfold: "Alle aufklappen",
    fold: "Alle zuklappen",
    more: "Profile und Klappen",
    number: (n) => `Sprechgruppe ${n}`,
    system: (n) => `System ${n}`,
    noGroup: "(Ohne Gruppe)",
    noTag: "(Ohne Kategorie)",
    held: "gehalten",
    avoided: (left) => `gesperrt, ${left}`,
    avoid: "gesperrt",
    new: "neu",
    moreFor: (title) => `Mehr zu ${title}`,
    line: (...parts) => parts.filter((part) => part !== "").join(", "),
    fresh: (n) =>
      plural(n, {
        one: "# neue Sprechgruppe ist zu hören. Behalten?",
        other: "# neue Sprechgruppen sind zu hören. Behalten?",
      }),
    keep: "Behalten",
    showFresh: "Zeigen",
    showAll: "Alle zeigen",
    loading: "Holt die Liste der Sprechgruppen",
    failed: "Die Liste der Sprechgruppen ließ sich nicht holen.",
    again: "Noch einmal versuchen",
    notYet: (server) => `Von ${server} sind noch keine Sprechgruppen bekannt. Sie kommen mit der Verbindung.`,
    connect: "Jetzt verbinden",
    look: "Ansehen, was fehlt",
    none: (server) => `${server} führt keine Sprechgruppen. Vielleicht fügt der Betreiber welche hinzu.`,
    ask: "Noch einmal fragen",
    nothing: (query) => `Keine Sprechgruppe heißt so ähnlich wie „${query}“.`,
    kept: {
      account: (server) => `Gespeichert in deinem Konto bei ${server}.`,
      computer: () => "Gespeichert auf diesem Computer.",
      failed: (server) =>
        `${server} hat die letzte Änderung nicht genommen. Sie ist auf diesem Computer gespeichert und wird noch einmal gesendet.`,
    },
  },

  hearing: {
    priority: "Vorrang",
    priorities: { high: "Hoch: läuft als Nächster", normal: "Normal", low: "Niedrig: nach allen anderen" },
    marks: { high: "hoher Vorrang", normal: "", low: "niedriger Vorrang" },
    balance: "Balance",
    balanceOf: (balance) => {
      if (balance === 0) return "Mitte";
      const [side, part] = [balance < 0 ? "Links" : "Rechts", Math.round(Math.abs(balance) * 100)];
      return part === 100 ? side : `${side} ${number(part)} %`;
    },
    offset: "Lautstärke",
    mix: (...parts) => parts.filter((part) => part !== "").join(", "),
  },

  presets: {
    title: "Profile",
    what: "Ein Profil ist, was jetzt eingeschaltet und gehalten ist, unter einem Namen. Es anzuwenden bringt das zurück.",
    save: "Speichern als…",
    manage: "Umbenennen oder entfernen…",
    name: "Name des Profils",
    rule: "Bis zu 60 Zeichen.",
    saveNow: "Speichern",
    replace: "Ersetzen",
    replaces: "Das ersetzt das Profil gleichen Namens.",
    rename: "Umbenennen",
    renameWhat: (name) => `Neuer Name für ${name}`,
    renameTo: (name) => `${name} umbenennen`,
    removeWhat: (name) => `${name} entfernen`,
    removeSure: (name) => `${name} endgültig entfernen?`,
  },
};
