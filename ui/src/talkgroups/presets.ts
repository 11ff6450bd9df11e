// Names of presets: what the core takes, and which one has it already.
import type { PresetView } from "../generated/PresetView";

const MOST = 60; // Characters.

/** A name as it is sent: without the blanks around it. */
export function presetName(text: string): string {
  return text.trim();
}

/** Whether the core takes it. Counted are characters as people see them on their keyboards, not as memory does. */
export function isPresetName(text: string): boolean {
  const length = [...presetName(text)].length;
  return length > 0 && length <= MOST;
}

/** The preset of that name, if there is one. */
export function presetOf(presets: readonly PresetView[], text: string): PresetView | null {
  return presets.find(({ name }) => name === presetName(text)) ?? null;
}
