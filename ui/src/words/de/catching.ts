// Aufholen, was seit live liegen blieb.
import { plural } from "../../format";
import type * as english from "../en/catching";

export const catchingWords: typeof english.catchingWords = {
  catching: {
    begin: "Bis live aufholen",
    asSpoken: "Wie gesprochen abspielen",
    begun: "Squelch holt bis live auf.",
    ended: "Squelch holt nicht mehr auf.",
    speed: (times) => `${times}×`,
    speedWhat: "Tempo des laufenden Funkspruchs bei gleicher Tonhöhe",
    mode: "Bis live aufholen",
    off: "Nie",
    offered: "Wenn ich es will",
    automatic: "Von selbst",
    modeWhat: {
      off: "Funksprüche sind zu hören, wie sie gesprochen wurden, wie weit sie auch hinter live liegen.",
      offered:
        "Wer hinter live liegt, kann aufholen: Lange Stille wird gekürzt, und gesprochen wird bis zu 1,4-mal so schnell bei gleicher Tonhöhe, bis alles live ist.",
      automatic:
        "Hinter live wird lange Stille gekürzt und bis zu 1,4-mal so schnell gesprochen, bei gleicher Tonhöhe, bis alles live ist.",
    },
    also: "aufholen hinter live tempo schneller geschwindigkeit rückstand verzögerung stille kürzen grenze warteschlange",
    after: "Aufholen bei einem Rückstand von mehr als",
    afterWhat: "Was näher an live ist, ist zu hören, wie es gesprochen wurde.",
    afterOf: (seconds) => plural(seconds, { one: "# Sekunde", other: "# Sekunden" }),
    most: "Größter Rückstand hinter live",
    mostWhat:
      "Funksprüche, die länger gewartet haben, sind nicht zu hören, aber als ausgelassen in der Liste, wo sie sich abspielen lassen. Gehaltene Sprechgruppen, solche mit hohem Vorrang und gewünschte Funksprüche warten immer.",
    mostOf: (minutes) => plural(minutes, { one: "# Minute", other: "# Minuten" }),
    noLimit: "Keine Grenze",
  },
};
