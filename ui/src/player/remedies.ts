// What the way out of a lull does.
import type { Command } from "../generated/Command";
import type { Remedy } from "./lull";

/** The wish it comes to; a server that is to be looked at is none. */
export function wishOf(remedy: Exclude<Remedy, { kind: "open" }>): Command {
  switch (remedy.kind) {
    case "live":
      return { kind: "listen", on: true };
    case "resume":
      return { kind: "pause", on: false };
    case "unmute":
      return { kind: "muteServer", server: remedy.server, on: false };
    case "defaultDevice":
      return { kind: "change", setting: { name: "device", device: { kind: "default" } } };
    case "reconnect":
      return { kind: "reconnect", server: remedy.server };
  }
}
