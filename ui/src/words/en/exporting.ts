// Calls exported together, and what sounds recorded from now on.
import { plural } from "../../format";

export const exportingWords = {
  exporting: {
    choose: "Choose for export",
    isChosen: "chosen for export",
    export: "Export…",
    exportAll: (n: number) => plural(n, { one: "Export this call…", other: "Export these # calls…" }),
    clear: "Choose none",
    chosen: (n: number) => plural(n, { one: "# call is chosen.", other: "# calls are chosen." }),
    title: (n: number) => plural(n, { one: "Export # call", other: "Export # calls" }),
    shape: "Into",
    shapes: {
      merged: "one file, one call after the other",
      zip: "a zip with a list",
      files: "a file each",
    },
    form: "As",
    asTheyCame: "they came from the server",
    forms: { flac: "FLAC (smaller, without loss)", wav: "WAV (every program reads it)" },
    between: "Between calls",
    betweens: {
      nothing: "nothing",
      silence: "silence",
      tone: "a short tone",
      spoken: "a voice that says time and talkgroup",
    },
    silence: "Length of the silence",
    silenceOf: (seconds: number) => plural(seconds, { one: "# second", other: "# seconds" }),
    voiceAsked: "Looking for a voice on this computer…",
    voice: "The voice is your system's; nothing is sent anywhere.",
    noVoice: "No voice speaks on this computer. On Linux install espeak-ng to have one.",
    level: "All calls equally loud",
    mergedWhat:
      "The oldest call comes first. A text and a table beside the file say what is where. 48 kHz, one channel.",
    details: "A text with what is known of it beside each call",
    zipWhat: "The list in the zip is there as a table and as a text.",
    now: "Export",
    waits: "Other calls are being exported.",
    progress: "Exported so far",
    busy: (done: number, of: number) =>
      plural(of, { one: "Exporting the call…", other: `Exporting calls: ${done} of #` }),
    cancel: "Cancel",
    cancelled: (files: number) =>
      files === 0
        ? "The export was cancelled. Nothing was left behind."
        : plural(files, {
            one: "The export was cancelled. # call had been written and is kept.",
            other: "The export was cancelled. # calls had been written and are kept.",
          }),
    nothing: "Nothing was exported.",
    one: (calls: number, file: string, folder: string) =>
      plural(calls, {
        one: `# call is exported as ${file} in ${folder}.`,
        other: `# calls are exported as ${file} in ${folder}.`,
      }),
    many: (calls: number, folder: string) =>
      plural(calls, { one: `# call is exported to ${folder}.`, other: `# calls are exported to ${folder}.` }),
    length: (length: string) => `Length: ${length}.`,
    missing: (n: number) => plural(n, { one: "One is missing:", other: "# are missing:" }),
    reason: (when: string, title: string, why: string) => `${when}, ${title}: ${why}`,
  },

  recording: {
    start: "Record from now",
    stop: "Stop recording",
    stopAt: (extent: string) => `Stop recording (${extent})`,
    extent: (length: string, size: string) => `${length}, ${size}`,
    saved: (files: number, file: string, folder: string, extent: string) =>
      plural(files, {
        one: `Recorded as ${file} in ${folder}: ${extent}.`,
        other: `Recorded as # files in ${folder}, the first is ${file}: ${extent}.`,
      }),
    nothing: "Nothing sounded while it was recorded, so there is no file.",
    lost: (length: string) => `The disk was too slow: ${length} are missing.`,
    form: "Recordings of what sounds",
    formWhat: "As what “Record from now” writes. A recording that goes on stays as it was begun.",
    limit: "A recording ends at",
    limitWhat: "So none fills the disk unseen. Every two gigabytes another file is begun.",
    unlimited: "No limit",
    also: "record tape wav flac disk size recording capture",
  },
};
