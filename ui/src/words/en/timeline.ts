// Going back in time: the timeline, and hearing again what sounded last.
import { number, plural } from "../../format";

export const timelineWords = {
  timeline: {
    title: "Timeline",
    open: "Timeline of the last hours",
    close: "Close the timeline",
    tools: "What the timeline shows",
    hours: "How much time is shown",
    hour: (n: number) => `${number(n)} h`,
    lastHours: (n: number) => plural(n, { one: "The last hour", other: "The last # hours" }),
    closer: "Closer (+)",
    farther: "Farther away (−)",
    earlier: "Earlier (Page up)",
    later: "Later (Page down)",
    now: "Now",
    calls: (n: number) => plural(n, { one: "# call", other: "# calls" }),
    hint: "A press on a call plays from there.",
    keys: "Left and right: calls of a talkgroup. Up and down: talkgroups. Enter plays from there, Shift with left or right chooses a place in the call. Plus and minus: closer and farther.",
    call: (talkgroup: string, time: string, length: string | null, fate: string, from: string | null) =>
      [talkgroup, time, length, fate, from === null ? null : `from ${from}`].filter((part) => part !== null).join(", "),
    playing: "playing",
    fates: {
      unheard: "not heard",
      heard: "heard",
      skipped: "skipped",
      filtered: "not played",
      unavailable: "no sound",
    },
    legend: "What the signs mean",
    nothing: "No calls are kept of this time.",
    cut: "There are more calls than can be drawn at once. Go closer to see all of them.",
    off: "Calls are not kept on this computer, so new ones do not appear here.",
    settings: "Settings",
  },

  rewind: {
    menu: "How much to hear again",
    heading: "Hear again the last",
    seconds: (n: number) =>
      n < 120 ? plural(n, { one: "# second", other: "# seconds" }) : plural(n / 60, { other: "# minutes" }),
    end: "Back to live",
    left: (n: number) => plural(n, { one: "# call of the past", other: "# calls of the past" }),
  },
};
