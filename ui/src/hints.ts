// The key beside what it does: on buttons, in tooltips and menus, and for screen readers. Only a key that works is shown.
import { getContext, setContext } from "svelte";

import type { ActionId } from "./actions";
import { bindingsOf, type Bindings } from "./bindings";
import { ariaOf, isSingle, partsOf } from "./keys";
import { words } from "./words";

const NAME = Symbol("hints");

/** What keys there are, for whoever shows them. */
export class Hints {
  #bindings: () => Bindings;
  #single: () => boolean;

  /** `single`: whether keys alone work, without Ctrl. */
  constructor(bindings: () => Bindings, single: () => boolean) {
    this.#bindings = bindings;
    this.#single = single;
  }

  /** The parts of an action's key; none where it has none. */
  parts(id: ActionId): string[] {
    const key = this.#key(id);
    return key === null ? [] : partsOf(key);
  }

  /** For `aria-keyshortcuts`. */
  aria(id: ActionId): string | undefined {
    const key = this.#key(id);
    return key === null ? undefined : ariaOf(key);
  }

  /** A tooltip with the key. */
  tip(id: ActionId, what: string): string {
    const parts = this.parts(id);
    return parts.length === 0 ? what : words.player.withKey(what, parts.join(" "));
  }

  #key(id: ActionId): string | null {
    const key = this.#bindings().keys[id];
    // The list of keys stays in reach: it is where they are switched on again.
    return key !== null && (this.#single() || !isSingle(key) || id === "help") ? key : null;
  }
}

/** For all that is inside. */
export function provideHints(hints: Hints): void {
  setContext(NAME, hints);
}

/** Those of the window. */
export function hintsHere(): Hints {
  return (
    getContext<Hints | undefined>(NAME) ??
    new Hints(
      () => bindingsOf({}),
      () => true,
    )
  );
}
