// Colours that come from a server. They mark bars and dots, never text, and always stand out from the background.
import type { Look } from "./theme";

type Rgb = readonly [number, number, number];

/** The panel behind bars and dots, and what a colour that drowns in it is mixed with. Same values as in app.css. */
const PANEL: Record<Look, Rgb> = {
  dark: [21, 26, 33],
  light: [255, 255, 255],
  highContrast: [0, 0, 0],
  lcd: [24, 17, 6],
};
const INK: Record<Look, Rgb> = {
  dark: [232, 236, 241],
  light: [19, 26, 34],
  highContrast: [255, 255, 255],
  lcd: [255, 196, 88],
};

/** What marks a talkgroup without a colour, or with one that cannot be read. */
const PLAIN: Record<Look, string> = { dark: "#8b97a6", light: "#66717f", highContrast: "#ffffff", lcd: "#d69d42" };

/**
 * The colours that servers offer by name, as a screen shows them best. By the letter they are the raw primaries of a
 * screen, louder than anything else in the window, and green would be taken for "live". Written out digit by digit they
 * are the same colours, so these are softened too; every other one is the operator's own and stays.
 */
const SOFT: Readonly<Record<string, string>> = {
  "#ff0000": "#ff5d57",
  "#008000": "#36b37e",
  "#00ff00": "#7ed957",
  "#0000ff": "#4b8dff",
  "#ffff00": "#ffcf5c",
  "#ffd700": "#f0b429",
  "#ffa500": "#ff9f43",
  "#00ffff": "#22b8cf",
  "#008080": "#20a39e",
  "#ff00ff": "#e667d8",
  "#800080": "#a06bd6",
  "#ee82ee": "#d58cf0",
  "#ffc0cb": "#f7a8b8",
  "#a52a2a": "#b5654a",
  "#800000": "#b04a5a",
  "#808000": "#a3a54a",
  "#000080": "#4a62c8",
};

/** WCAG's floor for marks that carry meaning. */
const LEAST_CONTRAST = 3;

const seen = new Map<string, string>();

/** A talkgroup's colour, changed no more than it takes to be seen. Anything but `#rrggbb` counts as none. */
export function markColor(color: string | null, look: Look): string {
  if (color === null) return PLAIN[look];
  const name = `${look}${color}`;
  let made = seen.get(name);
  if (made === undefined) {
    // Servers list hundreds of colours at most; one that invents thousands should not fill the memory.
    if (seen.size > 2000) seen.clear();
    made = visible(color, look);
    seen.set(name, made);
  }
  return made;
}

function visible(color: string, look: Look): string {
  const rgb = parse(SOFT[color.toLowerCase()] ?? color);
  if (!rgb) return PLAIN[look];
  for (let part = 0; part <= 1; part += 0.1) {
    const mixed = mix(rgb, INK[look], part);
    if (contrast(mixed, PANEL[look]) >= LEAST_CONTRAST) return hex(mixed);
  }
  return PLAIN[look];
}

function parse(color: string): Rgb | null {
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (!parts) return null;
  return [1, 2, 3].map((i) => parseInt(parts[i] ?? "0", 16)) as unknown as Rgb;
}

function mix(a: Rgb, b: Rgb, part: number): Rgb {
  return a.map((value, i) => Math.round(value * (1 - part) + (b[i] ?? 0) * part)) as unknown as Rgb;
}

function hex(rgb: Rgb): string {
  return `#${rgb.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Contrast of two colours after WCAG 2. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
