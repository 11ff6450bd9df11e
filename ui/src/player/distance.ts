// How far from live the listener is, and how fast that is made good.
import { behindAfter } from "../calls";
import { about, number, span } from "../format";
import type { ServerView } from "../generated/ServerView";
import type { State } from "../state";
import { minutes, seconds } from "../ticks";
import { words } from "../words";

/** What it depends on. */
export type Heard = Pick<State, "playback" | "playbackAt" | "listening" | "listeningAt"> & {
  readonly servers: readonly ServerView[];
};

/** From here on the time behind live is told in minutes while nothing plays, in milliseconds. */
const LONG = 120_000;
/** Less than this is live: a call takes so long to come. */
const LIVE = 2_000;

/** How far behind live it is at a moment, in milliseconds: the call that plays, or the one that has waited longest. */
export function behindAt({ playback, playbackAt, listening, listeningAt }: Heard, now: number): number {
  const lag = playback.turn === null ? null : behindAfter(playback, now - playbackAt);
  const wait = listening.waitingMs === null ? null : listening.waitingMs + Math.max(0, now - listeningAt);
  return Math.max(lag ?? 0, wait ?? 0);
}

/** The same as it is now, if it is any. A pause may last for hours: it is told, and the clock read, by the minute then. */
function farNow(heard: Heard): string | null {
  const { playback, listening } = heard;
  if (playback.behindMs === null && listening.waitingMs === null) return null;
  if (playback.state !== "playing" && behindAt(heard, minutes.now) >= LONG) return about(behindAt(heard, minutes.now));
  const behind = behindAt(heard, seconds.now);
  return behind >= LIVE ? span(behind) : null;
}

/** The same in words. */
export function distanceOf(heard: Heard): string {
  const { playback, listening, servers } = heard;
  const far = farNow(heard);
  if (far !== null) return words.feed.behind(far);
  if (playback.turn !== null && playback.state !== "idle" && playback.behindMs === null) return words.feed.replay;
  if (!listening.live) return words.feed.liveOff;
  return servers.some((server) => server.link.kind === "live") ? words.feed.atLive : "";
}

/** The same where words have no room: nothing at live, which the lamp shows. */
export function briefOf(heard: Heard): string {
  return farNow(heard) ?? "";
}

/** How fast calls are played, where that is not as they were spoken. */
export function speedOf({ playback: { percent } }: Heard): string | null {
  return percent > 100 ? words.catching.speed(number(percent / 100, percent % 10 === 0 ? 1 : 2)) : null;
}
