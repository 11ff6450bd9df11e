// What lists of found calls need to know of the rest of the window.
import type { AlertChoices } from "../generated/AlertChoices";
import type { HearingView } from "../generated/HearingView";
import type { ListeningView } from "../generated/ListeningView";
import type { PlaybackView } from "../generated/PlaybackView";
import type { Row } from "../generated/Row";
import type { SelectionView } from "../generated/SelectionView";
import type { ServerView } from "../generated/ServerView";
import type { Wish } from "../ipc";
import type { Look } from "../theme";

/** What is, and what can be done with a call. */
export interface Around {
  servers: readonly ServerView[];
  playback: PlaybackView;
  listening: ListeningView;
  selection: SelectionView;
  alerts: AlertChoices;
  hearing: HearingView;
  look: Look;
  wish: Wish;
  onbookmark: (row: Row) => void;
  onshare: (row: Row) => void;
}
