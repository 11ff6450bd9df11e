// A key with what is held beside it: as the settings write it, and as it is read by people.
import { keyName } from "../keys";

/** What a key press says while a key is being chosen. */
export type Choice =
  { kind: "keys"; keys: string } | { kind: "none" } | { kind: "cancel" } | { kind: "wait" } | { kind: "odd" };

const HELD = ["Control", "Shift", "Alt", "AltGraph", "Meta", "OS", "Super", "Hyper", "CapsLock", "NumLock", "Fn"];

/** What is meant by a press: a key, none, the choice given up, one that is only held so far, or one that cannot be had. */
export function choiceOf(event: KeyboardEvent): Choice {
  const isAlone = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
  if (event.repeat || event.isComposing || HELD.includes(event.key)) return { kind: "wait" };
  if (isAlone && event.key === "Escape") return { kind: "cancel" };
  if (isAlone && (event.key === "Backspace" || event.key === "Delete")) return { kind: "none" };
  const key = keyOf(event);
  if (key === "") return { kind: "wait" };
  if (key === null) return { kind: "odd" };
  const held = [
    event.ctrlKey && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
    event.metaKey && "Super",
  ].filter((name) => name !== false);
  return { kind: "keys", keys: [...held, key].join("+") };
}

/** What an American keyboard has on the keys that bear neither a letter nor a digit. */
const SIGNS: Readonly<Record<string, string>> = {
  Backquote: "`~",
  Minus: "-_",
  Equal: "=+",
  BracketLeft: "[{",
  BracketRight: "]}",
  Backslash: "\\|",
  Semicolon: ";:",
  Quote: "'\"",
  Comma: ",<",
  Period: ".>",
  Slash: "/?",
};

// The system looks for the key that bears what an American keyboard has at this place. With a letter or a digit that is
// the key that was pressed; with another sign only where the keyboard is like the American one: else another key would
// be taken. Of a keyboard without Latin letters the system knows both.
function keyOf({ key, code }: KeyboardEvent): string | null {
  if (/^[a-z]$/i.test(key)) return `Key${key.toUpperCase()}`;
  if (([...key].length !== 1 && key !== "Dead") || code === "Space" || code.startsWith("Numpad")) return code;
  if (/^[0-9]$/.test(key)) return `Digit${key}`;
  const isAsThere = /^Digit/.test(code) ? ")!@#$%^&*("[Number(code.at(-1))] === key : SIGNS[code]?.includes(key);
  const isOtherScript = /^Key/.test(code) && /\p{L}/u.test(key) && !/\p{Script=Latin}/u.test(key);
  return isAsThere || isOtherScript ? code : null;
}

/** The parts to show, such as Ctrl, Alt, S. */
export function partsOf(keys: string): string[] {
  return keys.split("+").map((part) => keyName(part.replace(/^(Key|Digit)(?=.$)/, "").replace(/^Arrow/, "")));
}
