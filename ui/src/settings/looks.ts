// The looks that can be chosen, in the order in which they are offered.
import type { Theme } from "../generated/Theme";
import { words } from "../words";

export const THEMES: readonly (readonly [Theme, string])[] = [
  ["system", words.display.system],
  ["dark", words.display.dark],
  ["light", words.display.light],
  ["highContrast", words.display.highContrast],
  ["lcd", words.display.lcd],
];
