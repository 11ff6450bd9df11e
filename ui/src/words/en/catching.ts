// Catching up with what is live.
import { plural } from "../../format";

export const catchingWords = {
  catching: {
    begin: "Catch up with live",
    asSpoken: "Play as it was spoken",
    begun: "Catching up with live.",
    ended: "No longer catching up.",
    speed: (times: string) => `${times}×`,
    speedWhat: "Speed of the call that plays, with the pitch kept",
    mode: "Catching up with live",
    off: "Never",
    offered: "When I ask for it",
    automatic: "By itself",
    modeWhat: {
      off: "Calls are played as they were spoken, however far behind live they are.",
      offered:
        "When you are behind live you can catch up: long silences are cut short, and speech is up to 1.4 times as fast, with its pitch kept, until all is live.",
      automatic:
        "Whenever you are behind live, long silences are cut short, and speech is up to 1.4 times as fast, with its pitch kept, until all is live.",
    },
    also: "catch up behind live speed faster tempo delay late silence trim skip limit queue",
    after: "Catch up when behind by more than",
    afterWhat: "What is closer to live than that is played as it was spoken.",
    afterOf: (seconds: number) => plural(seconds, { one: "# second", other: "# seconds" }),
    most: "Most time behind live",
    mostWhat:
      "Calls that have waited longer are not played, but listed as left out, where you can play them. Held and high-priority talkgroups, and calls you asked for, always wait.",
    mostOf: (minutes: number) => plural(minutes, { one: "# minute", other: "# minutes" }),
    noLimit: "No limit",
  },
};
