// What is open in the window beside the calls.
import { tick } from "svelte";

import type { Place } from "./actions";
import type { Row } from "./generated/Row";
import type { View } from "./search/finder.svelte";
import type { SectionId } from "./settings/sheet/line";
import type { Speaker } from "./units/naming";

/** What stands beside the calls, or over them where it is narrow. */
export type Side = "talkgroups" | "search" | null;

/** What of it somebody else opens. */
export interface Elsewhere {
  add(): void;
  settings(): void;
  /** The panel of the archive is to show this. */
  archive(view: View): void;
  /** The keys come to the words to search for, in the panel that is there. */
  find(): void;
}

/** What is open. Belongs to a component. */
export class Places {
  /** The servers' sheet. */
  servers = $state(false);
  side = $state<Side>(null);
  /** The timeline, below the calls. */
  timeline = $state(false);
  /** The menu of presets beside the talkgroups. */
  presets = $state(false);
  savePreset = $state(false);
  alerts = $state(false);
  help = $state(false);
  palette = $state(false);
  report = $state(false);
  /** What the settings show first when they are opened next; nothing is their search. */
  section = $state<SectionId | null>(null);
  /** Whoever is to be given a name. */
  unit = $state.raw<Speaker | null>(null);
  /** The call that is to be shared. */
  sharing = $state.raw<Row | null>(null);
  /** All that is known of the call on the card. */
  details = $state(false);

  #elsewhere: Elsewhere;

  constructor(elsewhere: Elsewhere) {
    this.#elsewhere = elsewhere;
    // The menu goes with what it is in, and is not to open by itself with it later.
    $effect(() => {
      if (this.side !== "talkgroups") this.presets = false;
    });
  }

  /** Whether anything is open that needs a whole window. */
  get any(): boolean {
    const { servers, side, timeline, savePreset, unit, sharing, alerts, help, palette, report } = this;
    return (
      servers || (side ?? unit ?? sharing) !== null || timeline || savePreset || alerts || help || palette || report
    );
  }

  /** Closes all that needs a whole window. */
  close(): void {
    this.side = this.unit = this.sharing = null;
    this.servers = this.timeline = this.savePreset = this.alerts = false;
    this.help = this.palette = this.report = false;
  }

  /** Opens what was asked for; what stands beside the calls, and the details, close again. */
  show(place: Place): void {
    switch (place) {
      case "add":
        return this.#elsewhere.add();
      case "settings":
      case "display":
      case "sound":
      case "about":
        this.section = place === "settings" ? null : place;
        return this.#elsewhere.settings();
      case "talkgroups":
      case "search":
        this.side = this.side === place ? null : place;
        return;
      case "find":
        this.#elsewhere.archive("search");
        if (this.side === "search") this.#elsewhere.find();
        // The panel takes the focus to the words as it comes.
        this.side = "search";
        return;
      case "bookmarks":
        this.#elsewhere.archive("bookmarks");
        this.side = "search";
        return;
      case "details":
      case "timeline":
        this[place] = !this[place];
        return;
      case "presets":
        this.side = "talkgroups";
        // The panel takes the focus as it comes; the menu takes it after that.
        void tick().then(() => (this.presets = true));
        return;
      default:
        this[place] = true;
    }
  }
}
