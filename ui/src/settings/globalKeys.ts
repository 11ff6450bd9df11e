// A key with what is held beside it: as the settings write it, and as it is read by people.

/** What a key press says while a key is being chosen. */
export type Choice = { kind: "keys"; keys: string } | { kind: "none" } | { kind: "cancel" } | { kind: "wait" };

const HELD = ["Control", "Shift", "Alt", "AltGraph", "Meta", "OS", "Super", "Hyper", "CapsLock", "NumLock", "Fn"];

/** What is meant by a press: a key, none, the choice given up, or one that is only held so far. */
export function choiceOf(event: KeyboardEvent): Choice {
  const isAlone = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
  if (event.repeat || event.isComposing || HELD.includes(event.key)) return { kind: "wait" };
  if (isAlone && event.key === "Escape") return { kind: "cancel" };
  if (isAlone && (event.key === "Backspace" || event.key === "Delete")) return { kind: "none" };
  const key = keyOf(event);
  if (key === "") return { kind: "wait" };
  const held = [
    event.ctrlKey && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
    event.metaKey && "Super",
  ].filter((name) => name !== false);
  return { kind: "keys", keys: [...held, key].join("+") };
}

// The system looks for the key that bears the letter, so that letter counts; of other keys the place.
function keyOf(event: KeyboardEvent): string {
  return /^[a-z]$/i.test(event.key) ? `Key${event.key.toUpperCase()}` : event.code;
}

/** The parts to show, such as Ctrl, Alt, S. */
export function partsOf(keys: string): string[] {
  return keys.split("+").map((part) => part.replace(/^(Key|Digit)(?=.$)/, "").replace(/^Arrow/, ""));
}
