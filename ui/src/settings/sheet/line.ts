// What a line of the settings is, whatever it is about.
import type { ActionId } from "../../actions";

/** The sections, in their order. */
export const SECTIONS = [
  "listening",
  "sound",
  "display",
  "notifications",
  "keys",
  "updates",
  "archive",
  "computer",
  "file",
  "about",
] as const;
export type SectionId = (typeof SECTIONS)[number];

/** Something to press. */
export interface Press {
  readonly id: string;
  readonly name: string;
  readonly run: () => void;
  readonly disabled?: boolean;
  /** The action whose key does the same. */
  readonly action?: ActionId;
}

/** One of several. What is in force may be none of them. */
export interface Choice {
  readonly kind: "choice";
  readonly value: string | null;
  readonly choices: readonly (readonly [value: string, name: string])[];
  readonly choose: (value: string) => Promise<boolean>;
  /** What else can be done. */
  readonly presses?: readonly Press[];
}

/** On or off. */
export interface Switch {
  readonly kind: "switch";
  readonly on: boolean;
  readonly set: (on: boolean) => Promise<boolean>;
}

/** A share, in percent. */
export interface Slider {
  readonly kind: "slider";
  readonly value: number;
  readonly range: readonly [least: number, most: number, step: number];
  /** While it is dragged … */
  readonly drag?: (value: number) => void;
  /** … or when the hand lets go. */
  readonly drop?: (value: number) => void;
}

/** Something to read, with what can be done about it. */
export interface Plain {
  readonly kind: "plain";
  readonly facts?: readonly (readonly [name: string, value: string])[];
  readonly presses?: readonly Press[];
}

/** A part of its own, which the sheet knows by the line's id. */
export interface Part {
  readonly kind: "part";
}

/** A line: what it is called, and a sentence on what it does. */
export type Line = {
  readonly id: string;
  readonly section: SectionId;
  readonly name: string;
  readonly what: string;
  /** What else is to be known now. */
  readonly note?: string | null;
  /** Other words to find it by. */
  readonly also?: string;
  /** What is behind it, each by its name. */
  readonly within?: readonly string[];
} & (Choice | Switch | Slider | Plain | Part);
