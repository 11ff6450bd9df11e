// English. Other languages have this shape: one that lacks a text does not compile.
import type { Code } from "../../generated/Code";
import type { Spoken } from "../../language";
import { actionWords, keyWords, paletteWords } from "./actions";
import { archiveWords } from "./archive";
import { catchingWords } from "./catching";
import { deviceWords } from "./devices";
import { displayWords } from "./display";
import { exportingWords } from "./exporting";
import { listeningWords } from "./listening";
import { programWords } from "./program";
import { savingWords } from "./saving";
import { serverWords } from "./servers";
import { settingWords } from "./settings";
import { sheetWords } from "./sheet";
import { talkgroupWords } from "./talkgroups";
import { timelineWords } from "./timeline";

/** What another language says instead of the core's English sentences. */
export interface Problems {
  /** What a problem comes to, for a sentence that is not below. */
  readonly codes: Readonly<Record<Code, string>>;
  /** Sentences by the core's; `{}` is what a name or a number takes the place of, the same in both. */
  readonly sentences: Readonly<Record<string, string>>;
}

export const english = {
  /** The language itself: its tag, and which way it is written. */
  language: { tag: "en" as Spoken, direction: "ltr" as "ltr" | "rtl" },
  /** The core speaks English itself. */
  problems: null as Problems | null,
  actions: actionWords,
  palette: paletteWords,
  changeKeys: keyWords,
  ...programWords,
  ...serverWords,
  ...displayWords,
  ...listeningWords,
  ...catchingWords,
  ...deviceWords,
  ...talkgroupWords,
  ...archiveWords,
  ...timelineWords,
  ...savingWords,
  ...exportingWords,
  ...settingWords,
  ...sheetWords,
};

/** All that the window says, in some language. */
export type Words = typeof english;
