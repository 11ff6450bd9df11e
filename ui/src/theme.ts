// The look: by choice, or dark or light as the desktop has it.
import type { Theme } from "./generated/Theme";

/** The looks there are. */
export type Look = Exclude<Theme, "system">;

const LIGHT = "(prefers-color-scheme: light)";

/** The darkest that a scanner's display gets, in percent. */
export const DARKEST = 30;

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

/** How far the display's colours are from their darkest to their brightest, in percent; for the style sheet. */
export function litBy(brightness: number): string {
  return `${Math.round(((brightness - DARKEST) / (100 - DARKEST)) * 100)}%`;
}

/** Turns the display up or down. Other looks take no notice. */
export function light(look: Look, brightness: number): void {
  const { style } = document.documentElement;
  if (look === "lcd") style.setProperty("--lit", litBy(brightness));
  else style.removeProperty("--lit");
}
