// Choosing a key by pressing it: the steps that the window's keys and those for every program share.

/** A key being chosen for one of several actions. */
export class KeyChoice<Action> {
  /** The key that was just taken is still down. */
  #down = false;

  constructor(
    /** For which action one is being chosen. */
    private readonly chosen: () => Action | null,
    private readonly choose: (action: Action | null) => void,
    /** Keys for every program are given back meanwhile. */
    private readonly told: (on: boolean) => void,
  ) {}

  /** The next key is for this. */
  begin(action: Action, button: HTMLButtonElement): void {
    // Not everywhere does a click do that.
    button.focus();
    this.choose(action);
    this.told(true);
  }

  /** None is to be chosen any more. */
  stop(): void {
    if (this.chosen() === null) return;
    this.choose(null);
    this.told(false);
  }

  /** Whether a key is for this action; if so, nobody else hears of it. Tab leaves as ever. */
  hears(event: KeyboardEvent, action: Action): boolean {
    if (this.chosen() !== action || event.key === "Tab") return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** What was pressed has been answered. */
  done(): void {
    this.stop();
    this.#down = true;
  }

  /** A button is pressed when Space or Enter comes up, which is not to begin another choice. */
  released(event: KeyboardEvent): void {
    if (this.#down) event.preventDefault();
    this.#down = false;
  }
}
