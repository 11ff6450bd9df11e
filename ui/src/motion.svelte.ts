// Whether things move: not on battery, and not where the user or the desktop asks for less motion. A hidden window is not
// drawn.
import { untrack } from "svelte";

const CALM = "(prefers-reduced-motion: reduce)";

class Motion {
  #battery = $state(false);
  #calm = $state(false);
  #reduced = $state(false);

  constructor() {
    const desktop = typeof window === "undefined" ? undefined : window.matchMedia?.(CALM);
    this.#calm = desktop?.matches ?? false;
    desktop?.addEventListener("change", () => {
      this.#calm = desktop.matches;
      this.#dress();
    });
    this.#dress();
  }

  /** Nothing moves but what tells something, and that by the second. */
  get still(): boolean {
    return this.#battery || this.#calm || this.#reduced;
  }

  /** Whether the machine runs on battery. */
  set battery(on: boolean) {
    this.#battery = on;
    this.#dress();
  }

  /** Whether the user asks for less motion, whatever the desktop says. */
  set reduced(on: boolean) {
    this.#reduced = on;
    this.#dress();
  }

  // For the style sheet, where animations and transitions end. Who sets one of the reasons need not hear of the others.
  #dress(): void {
    const still = untrack(() => this.still);
    document.documentElement.toggleAttribute("data-still", still);
  }
}

/** Whether things move in this window. */
export const motion = new Motion();
