// What each shortcut wishes for, given what is.
import type { Command } from "./generated/Command";
import type { Wished } from "./keys";
import { toggleAvoid, toggleHold } from "./player/choices";
import { bounded, STEP } from "./player/volume";
import type { State } from "./state";

/**
 * The wish behind a shortcut, or none where there is nothing to act on. `volumeDb` is where
 * the volume is or was last wanted: two quick presses are two steps. What was wished
 * and not shown yet counts as done in `state`.
 */
export function wishOf(shortcut: Wished, state: State, volumeDb: number): Command | null {
  const { listening, playback, selection } = state;
  switch (shortcut) {
    case "pause":
      return { kind: "pause", on: !listening.paused };
    case "skip":
      return playback.turn === null ? null : { kind: "skip", turn: playback.turn };
    case "replay":
      return playback.row && { kind: "play", call: playback.row.key };
    case "live":
      return { kind: "listen", on: !listening.live };
    case "mute":
      return { kind: "mute", on: !listening.muted };
    case "hold":
      return toggleHold(playback.row, selection);
    case "avoid":
      return toggleAvoid(playback.row, selection);
    case "louder":
      return { kind: "volume", db: bounded(volumeDb + STEP) };
    case "quieter":
      return { kind: "volume", db: bounded(volumeDb - STEP) };
  }
}
