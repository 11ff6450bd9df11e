// Time that moves on the screen. It runs only while something drawn depends on it and the window can be seen.
import { createSubscriber } from "svelte/reactivity";

/** A clock that makes what reads it be drawn again every `everyMs`. */
export function ticks(everyMs: number): { readonly now: number; readonly wall: number } {
  const subscribe = createSubscriber((update) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (): void => {
      // On the beat of the wall clock, so that seconds do not appear to stumble.
      timer = setTimeout(beat, everyMs - (Date.now() % everyMs));
    };
    const beat = (): void => {
      update();
      again();
    };
    const seen = (): void => {
      clearTimeout(timer);
      if (document.visibilityState === "hidden") return;
      beat();
    };
    if (document.visibilityState !== "hidden") again();
    document.addEventListener("visibilitychange", seen);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  });
  return {
    get now() {
      subscribe();
      return performance.now();
    },
    get wall() {
      subscribe();
      return Date.now();
    },
  };
}

/** For a position within a call: ten a second is one bar of the waveform in a six-second call. */
export const tenths = ticks(100);

/** For countdowns, and the clock while something sounds. */
export const seconds = ticks(1000);

/** For what is shown in minutes. */
export const minutes = ticks(60_000);
