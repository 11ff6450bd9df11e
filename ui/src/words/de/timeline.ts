// In der Zeit zurückgehen: die Zeitleiste, und noch einmal hören, was zuletzt zu hören war.
import { number, plural } from "../../format";
import type * as english from "../en/timeline";

export const timelineWords: typeof english.timelineWords = {
  timeline: {
    title: "Zeitleiste",
    open: "Zeitleiste der letzten Stunden",
    close: "Zeitleiste schließen",
    tools: "Was die Zeitleiste zeigt",
    hours: "Wie viel Zeit zu sehen ist",
    hour: (n) => `${number(n)} h`,
    lastHours: (n) => plural(n, { one: "Die letzte Stunde", other: "Die letzten # Stunden" }),
    closer: "Näher (+)",
    farther: "Weiter weg (−)",
    earlier: "Früher (Bild auf)",
    later: "Später (Bild ab)",
    now: "Jetzt",
    calls: (n) => plural(n, { one: "# Funkspruch", other: "# Funksprüche" }),
    hint: "Ein Klick auf einen Funkspruch spielt von dort an.",
    keys: "Links und rechts: Funksprüche einer Sprechgruppe. Auf und ab: Sprechgruppen. Eingabe spielt von dort an, Umschalt mit links oder rechts wählt eine Stelle im Funkspruch. Plus und Minus: näher und weiter weg.",
    call: (talkgroup, time, length, fate, from) =>
      [talkgroup, time, length, fate, from === null ? null : `ab ${from}`].filter((part) => part !== null).join(", "),
    playing: "läuft",
    fates: {
      unheard: "ungehört",
      heard: "gehört",
      skipped: "übersprungen",
      filtered: "nicht gespielt",
      unavailable: "ohne Ton",
    },
    legend: "Was die Zeichen bedeuten",
    nothing: "Aus dieser Zeit sind keine Funksprüche aufbewahrt.",
    cut: "Es sind mehr Funksprüche, als sich auf einmal zeichnen lassen. Näher sind alle zu sehen.",
    off: "Auf diesem Computer werden keine Funksprüche aufbewahrt, darum kommen hier keine neuen hinzu.",
    settings: "Einstellungen",
  },

  rewind: {
    menu: "Wie viel noch einmal zu hören ist",
    heading: "Noch einmal hören: die letzten",
    seconds: (n) =>
      n < 120 ? plural(n, { one: "# Sekunde", other: "# Sekunden" }) : plural(n / 60, { other: "# Minuten" }),
    end: "Zurück zu live",
    left: (n) => plural(n, { one: "# Funkspruch von vorhin", other: "# Funksprüche von vorhin" }),
  },
};
