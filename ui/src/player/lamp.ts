// The lamp: in one glance whether something sounds, could, or cannot.
import type { ListeningView } from "../generated/ListeningView";
import type { PlaybackView } from "../generated/PlaybackView";
import type { ServerView } from "../generated/ServerView";

/** What the lamp shows. */
export type Lamp = "off" | "idle" | "playing" | "paused" | "lost";

interface Facts {
  readonly playback: PlaybackView;
  readonly listening: ListeningView;
  readonly servers: readonly ServerView[];
}

/** What is heard goes before what cannot be, and a pause before the link: it is why nothing is heard. */
export function lampOf({ playback, listening, servers }: Facts): Lamp {
  if (playback.state === "playing") return "playing";
  if (listening.paused) return "paused";
  // One that delivers is enough.
  if (servers.length > 0 && servers.every(({ link }) => link.kind !== "live")) return "lost";
  return listening.live ? "idle" : "off";
}
