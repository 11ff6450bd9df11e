// Catching up with what is live, as lines of the settings.
import type { CatchUpChoices } from "../../generated/CatchUpChoices";
import { words } from "../../words";
import type { Choice, Line } from "./line";

const SECONDS = [10, 20, 30, 60, 120] as const;
const MINUTES = [1, 2, 5, 10, 20] as const;
const NO_LIMIT = "none";

/** Numbers to choose from, what is in force among them. */
const among = (usual: readonly number[], value: number | null): number[] =>
  [...new Set(value === null ? usual : [...usual, value])].sort((a, b) => a - b);

/** The lines. */
export function catchLines(
  choices: CatchUpChoices,
  choose: (choices: CatchUpChoices) => Promise<boolean>,
): readonly Line[] {
  const own = words.catching;
  const mode: Choice = {
    kind: "choice",
    value: choices.mode,
    choices: [
      ["off", own.off],
      ["offered", own.offered],
      ["automatic", own.automatic],
    ],
    choose: (mode) => choose({ ...choices, mode: mode as CatchUpChoices["mode"] }),
  };
  const after: Choice = {
    kind: "choice",
    value: String(choices.afterSeconds),
    choices: among(SECONDS, choices.afterSeconds).map((n) => [String(n), own.afterOf(n)] as const),
    choose: (seconds) => choose({ ...choices, afterSeconds: Number(seconds) }),
  };
  const most: Choice = {
    kind: "choice",
    value: choices.mostMinutes === null ? NO_LIMIT : String(choices.mostMinutes),
    choices: [
      [NO_LIMIT, own.noLimit],
      ...among(MINUTES, choices.mostMinutes).map((n) => [String(n), own.mostOf(n)] as const),
    ],
    choose: (minutes) => choose({ ...choices, mostMinutes: minutes === NO_LIMIT ? null : Number(minutes) }),
  };
  const line = { section: "sound", also: own.also } as const;
  return [
    { ...line, id: "catch-up", name: own.mode, what: own.modeWhat[choices.mode], ...mode },
    // When it begins by itself matters only where it does.
    ...(choices.mode === "automatic"
      ? [{ ...line, id: "catch-up-after", name: own.after, what: own.afterWhat, ...after }]
      : []),
    { ...line, id: "catch-up-most", name: own.most, what: own.mostWhat, ...most },
  ];
}
