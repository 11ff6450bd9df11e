// What is open in the window beside the calls.
import { tick } from "svelte";

import type { Place } from "./actions";

/** What of it somebody else opens. */
export type Elsewhere = "add" | "settings";

/** What is open. Belongs to a component. */
export class Places {
  /** The servers' sheet. */
  servers = $state(false);
  /** Choosing talkgroups, beside or over the calls. */
  talkgroups = $state(false);
  /** The menu of presets in it. */
  presets = $state(false);
  savePreset = $state(false);
  alerts = $state(false);
  help = $state(false);
  palette = $state(false);
  report = $state(false);

  #elsewhere: Readonly<Record<Elsewhere, () => void>>;

  constructor(elsewhere: Readonly<Record<Elsewhere, () => void>>) {
    this.#elsewhere = elsewhere;
    // The menu goes with what it is in, and is not to open by itself with it later.
    $effect(() => {
      if (!this.talkgroups) this.presets = false;
    });
  }

  /** Opens what was asked for; the talkgroups close again. */
  show(place: Place): void {
    switch (place) {
      case "add":
      case "settings":
        return this.#elsewhere[place]();
      case "talkgroups":
        this.talkgroups = !this.talkgroups;
        return;
      case "presets":
        this.talkgroups = true;
        // The panel takes the focus as it comes; the menu takes it after that.
        void tick().then(() => (this.presets = true));
        return;
      default:
        this[place] = true;
    }
  }
}
