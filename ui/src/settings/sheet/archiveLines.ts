// What is kept of calls on this computer, as lines of the settings.
import { number, sizeOf } from "../../format";
import type { ArchiveChoices } from "../../generated/ArchiveChoices";
import type { ArchiveView } from "../../generated/ArchiveView";
import { words } from "../../words";
import type { Choice, Line, Press } from "./line";

/** What the lines do things with. */
export interface ArchiveHands {
  readonly choose: (choices: ArchiveChoices) => Promise<boolean>;
  /** Asks before everything is deleted, or does not any more. */
  readonly ask: (on: boolean) => void;
  readonly deleteAll: () => void;
}

const DAYS = [1, 3, 7, 14, 30, 90] as const;
const MEGABYTES = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000] as const;
const FOR_EVER = "all";

/** Numbers to choose from, what is in force among them, and no limit at all. */
function limit(
  usual: readonly number[],
  value: number | null,
  name: (n: number) => string,
  none: string,
  choose: (n: number | null) => Promise<boolean>,
): Choice {
  const all = [...new Set(value === null ? usual : [...usual, value])].sort((a, b) => a - b);
  return {
    kind: "choice",
    value: value === null ? FOR_EVER : String(value),
    choices: [...all.map((n) => [String(n), name(n)] as const), [FOR_EVER, none]],
    choose: (chosen) => choose(chosen === FOR_EVER ? null : Number(chosen)),
  };
}

/** The lines. `asking`: whether everything is to be deleted is asked now. */
export function archiveLines(
  choices: ArchiveChoices,
  view: ArchiveView,
  asking: boolean,
  hands: ArchiveHands,
): readonly Line[] {
  const own = words.sheet;
  const sure: readonly Press[] = [
    { id: "archive-delete-sure", name: own.archiveDeleteSure, run: hands.deleteAll },
    { id: "archive-delete-not", name: own.archiveDeleteNot, run: () => hands.ask(false) },
  ];
  const some = view.calls > 0;
  const ask: Press = { id: "archive-delete", name: own.archiveDelete, run: () => hands.ask(true), disabled: !some };
  return [
    {
      id: "archive",
      section: "archive",
      name: own.archive,
      what: own.archiveWhat,
      also: own.archiveAlso,
      kind: "switch",
      on: choices.on,
      set: (on) => hands.choose({ ...choices, on }),
    },
    {
      id: "archive-days",
      section: "archive",
      name: own.archiveDays,
      what: own.archiveDaysWhat,
      also: own.archiveAlso,
      ...limit(DAYS, choices.days, own.archiveDaysOf, own.archiveForEver, (days) => hands.choose({ ...choices, days })),
    },
    {
      id: "archive-size",
      section: "archive",
      name: own.archiveSize,
      what: own.archiveSizeWhat,
      also: own.archiveAlso,
      ...limit(MEGABYTES, choices.megabytes, sizeOf, own.archiveUnlimited, (megabytes) =>
        hands.choose({ ...choices, megabytes }),
      ),
    },
    {
      id: "archive-there",
      section: "archive",
      name: own.archiveThere,
      what: asking ? own.archiveDeleteWhat : own.archiveThereWhat,
      also: own.archiveAlso,
      kind: "plain",
      facts: [
        [own.archiveCalls, number(view.calls)],
        [own.archiveUnheard, number(view.unheard)],
        [own.archiveOnDisk, sizeOf(view.bytes / 1e6)],
      ],
      presses: asking ? sure : [ask],
    },
  ];
}
