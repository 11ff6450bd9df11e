// The look: dark or light, by choice or as the desktop has it.
import type { Theme } from "./generated/Theme";

/** The two looks there are. */
export type Look = "dark" | "light";

const LIGHT = "(prefers-color-scheme: light)";

/** What a choice comes to on this desktop now. */
export function lookOf(theme: Theme): Look {
  if (theme !== "system") return theme;
  return window.matchMedia?.(LIGHT).matches ? "light" : "dark";
}

/** Dresses the document, and again whenever the desktop changes; the answer stops that. */
export function wear(theme: Theme, onLook: (look: Look) => void = () => undefined): () => void {
  const dress = (): void => {
    const look = lookOf(theme);
    document.documentElement.dataset["theme"] = look;
    onLook(look);
  };
  dress();
  const desktop = window.matchMedia?.(LIGHT);
  desktop?.addEventListener("change", dress);
  return () => desktop?.removeEventListener("change", dress);
}
