// How what sounds is recorded, as lines of the settings.
import { sizeOf } from "../../format";
import type { RecordingChoices } from "../../generated/RecordingChoices";
import type { SoundForm } from "../../generated/SoundForm";
import { words } from "../../words";
import type { Line } from "./line";

const MEGABYTES = [500, 1_000, 2_000, 4_000, 16_000] as const;
const NONE = "none";

/** The lines. */
export function recordingLines(
  choices: RecordingChoices,
  choose: (choices: RecordingChoices) => Promise<boolean>,
): readonly Line[] {
  const own = words.recording;
  const sizes = [...new Set([...MEGABYTES, ...(choices.megabytes === null ? [] : [choices.megabytes])])];
  return [
    {
      id: "recording-form",
      section: "computer",
      name: own.form,
      what: own.formWhat,
      also: own.also,
      kind: "choice",
      value: choices.form,
      choices: [
        ["flac", words.exporting.forms.flac],
        ["wav", words.exporting.forms.wav],
      ],
      choose: (form) => choose({ ...choices, form: form as SoundForm }),
    },
    {
      id: "recording-limit",
      section: "computer",
      name: own.limit,
      what: own.limitWhat,
      also: own.also,
      kind: "choice",
      value: choices.megabytes === null ? NONE : String(choices.megabytes),
      choices: [...sizes.sort((a, b) => a - b).map((n) => [String(n), sizeOf(n)] as const), [NONE, own.unlimited]],
      choose: (size) => choose({ ...choices, megabytes: size === NONE ? null : Number(size) }),
    },
  ];
}
