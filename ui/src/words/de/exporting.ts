// Funksprüche gemeinsam exportiert, und was ab jetzt klingt, aufgenommen.
import { plural } from "../../format";
import type * as english from "../en/exporting";

export const exportingWords: typeof english.exportingWords = {
  exporting: {
    choose: "Zum Export auswählen",
    isChosen: "zum Export ausgewählt",
    export: "Exportieren …",
    exportAll: (n) => plural(n, { one: "Diesen Funkspruch exportieren …", other: "Diese # Funksprüche exportieren …" }),
    clear: "Keinen auswählen",
    chosen: (n) => plural(n, { one: "# Funkspruch ist ausgewählt.", other: "# Funksprüche sind ausgewählt." }),
    title: (n) => plural(n, { one: "# Funkspruch exportieren", other: "# Funksprüche exportieren" }),
    shape: "In",
    shapes: {
      merged: "eine Datei, einen nach dem anderen",
      zip: "ein Zip mit einer Liste",
      files: "je eine Datei",
    },
    form: "Als",
    asTheyCame: "in der Form, in der sie kamen",
    forms: { flac: "FLAC (kleiner, ohne Verlust)", wav: "WAV (liest jedes Programm)" },
    between: "Zwischen den Funksprüchen",
    betweens: {
      nothing: "nichts",
      silence: "Stille",
      tone: "ein kurzer Ton",
      spoken: "eine Stimme, die Zeit und Sprechgruppe sagt",
    },
    silence: "Länge der Stille",
    silenceOf: (seconds) => plural(seconds, { one: "# Sekunde", other: "# Sekunden" }),
    voiceAsked: "Auf diesem Computer wird eine Stimme gesucht …",
    voice: "Es ist die Stimme des Systems; nichts wird irgendwohin gesendet.",
    noVoice: "Auf diesem Computer spricht keine Stimme. Unter Linux gibt es eine mit espeak-ng.",
    level: "Alle Funksprüche gleich laut",
    mergedWhat:
      "Der älteste Funkspruch kommt zuerst. Ein Text und eine Tabelle neben der Datei sagen, was wo ist. 48 kHz, ein Kanal.",
    details: "Zu jedem Funkspruch ein Text mit dem, was über ihn bekannt ist",
    zipWhat: "Die Liste ist im Zip als Tabelle und als Text.",
    now: "Exportieren",
    waits: "Andere Funksprüche werden gerade exportiert.",
    progress: "Bisher exportiert",
    busy: (done, of) =>
      plural(of, { one: "Der Funkspruch wird exportiert …", other: `Funksprüche werden exportiert: ${done} von #` }),
    cancel: "Abbrechen",
    cancelled: (files) =>
      files === 0
        ? "Der Export wurde abgebrochen. Es bleibt nichts zurück."
        : plural(files, {
            one: "Der Export wurde abgebrochen. # Funkspruch war schon geschrieben und bleibt.",
            other: "Der Export wurde abgebrochen. # Funksprüche waren schon geschrieben und bleiben.",
          }),
    nothing: "Nichts wurde exportiert.",
    one: (calls, file, folder) =>
      plural(calls, {
        one: `# Funkspruch ist als ${file} in ${folder} exportiert.`,
        other: `# Funksprüche sind als ${file} in ${folder} exportiert.`,
      }),
    many: (calls, folder) =>
      plural(calls, {
        one: `# Funkspruch ist nach ${folder} exportiert.`,
        other: `# Funksprüche sind nach ${folder} exportiert.`,
      }),
    length: (length) => `Länge: ${length}.`,
    missing: (n) => plural(n, { one: "Einer fehlt:", other: "# fehlen:" }),
    reason: (when, title, why) => `${when}, ${title}: ${why}`,
  },

  recording: {
    start: "Ab jetzt aufnehmen",
    stop: "Aufnahme beenden",
    stopAt: (extent) => `Aufnahme beenden (${extent})`,
    extent: (length, size) => `${length}, ${size}`,
    saved: (files, file, folder, extent) =>
      plural(files, {
        one: `Aufgenommen als ${file} in ${folder}: ${extent}.`,
        other: `Aufgenommen als # Dateien in ${folder}, die erste ist ${file}: ${extent}.`,
      }),
    nothing: "Während der Aufnahme hat nichts geklungen, darum gibt es keine Datei.",
    lost: (length) => `Die Festplatte war zu langsam: ${length} fehlen.`,
    form: "Aufnahmen dessen, was klingt",
    formWhat: "Als was „Ab jetzt aufnehmen“ schreibt. Eine laufende Aufnahme bleibt, wie sie begonnen wurde.",
    limit: "Eine Aufnahme endet bei",
    limitWhat: "So füllt keine unbemerkt die Festplatte. Alle zwei Gigabyte beginnt eine neue Datei.",
    unlimited: "Ohne Grenze",
    also: "aufnehmen mitschneiden band wav flac festplatte größe aufnahme",
  },
};
