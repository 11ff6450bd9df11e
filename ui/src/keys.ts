// Keys of the window: how a press is written, what it asks for, and when it steps back.
//
// A key is written as what it types: `L`, `?`, `Space`, `ArrowRight`, `F9`, with `Mod+` (Ctrl, on a Mac Command) and
// `Shift+` before it. A sign has no `Shift+`: where it needs that differs from keyboard to keyboard.
import { ACTIONS, type ActionId } from "./actions";
import { words } from "./words";

/** Whether Command takes the place of Ctrl. */
export const IS_MAC = /^Mac/.test(navigator.platform);

const HELD = ["Control", "Shift", "Alt", "AltGraph", "Meta", "OS", "Super", "Hyper", "CapsLock", "NumLock", "Fn"];
const UNKNOWN = ["Dead", "Process", "Unidentified", ""];

/** The key that was pressed; nothing while one is only held, or types no sign yet. */
export function keyOf(event: KeyboardEvent, mac = IS_MAC): string | null {
  if (event.isComposing || HELD.includes(event.key) || UNKNOWN.includes(event.key)) return null;
  const base = baseOf(event);
  // AltGr types signs; on some systems it comes as Ctrl with Alt.
  const types = event.getModifierState("AltGraph") && isSign(base);
  const [mod, other] = mac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  return [
    mod && !types && "Mod",
    event.altKey && !types && "Alt",
    other && !types && "Super",
    event.shiftKey && (!isSign(base) || isLetter(base)) && "Shift",
    base,
  ]
    .filter((part) => part !== false)
    .join("+");
}

const isSign = (base: string): boolean => [...base].length === 1;
const isLetter = (base: string): boolean => base.toLowerCase() !== base.toUpperCase();

// On a keyboard with another script a letter or digit is known by its place.
function baseOf({ key, code }: KeyboardEvent): string {
  if (key === " ") return "Space";
  if (!isSign(key)) return key;
  if (/^Key[A-Z]$/.test(code) && /\p{L}/u.test(key) && !/\p{Script=Latin}/u.test(key)) return code.slice(3);
  if (/^Digit\d$/.test(code) && /[^0-9]/.test(key) && /\p{Decimal_Number}/u.test(key)) return code.slice(5);
  const upper = key.toUpperCase();
  return isSign(upper) ? upper : key;
}

/** The parts of a key: what is held, and what is pressed. */
export function splitKey(key: string): { held: string[]; base: string } {
  const held = /^(?:(?:Mod|Alt|Super|Shift)\+)*(?=.)/u.exec(key)?.[0] ?? "";
  return { held: held.split("+").filter((part) => part !== ""), base: key.slice(held.length) };
}

const SHOWN: Readonly<Record<string, string>> = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

/** What is written on a key. */
export function keyName(key: string): string {
  const { keyNames } = words;
  return key in keyNames ? keyNames[key as keyof typeof keyNames] : key;
}

/** What is written on its parts. */
export function partsOf(key: string, mac = IS_MAC): string[] {
  const { held, base } = splitKey(key);
  const names: Readonly<Record<string, string>> = { ...SHOWN, Mod: mac ? "⌘" : words.keyNames.Ctrl };
  return [...held, base].map((part) => names[part] ?? keyName(part));
}

/** As `aria-keyshortcuts` wants it. */
export function ariaOf(key: string, mac = IS_MAC): string {
  const { held, base } = splitKey(key);
  const names: Readonly<Record<string, string>> = { Mod: mac ? "Meta" : "Control", Super: mac ? "Control" : "Meta" };
  return [...held.map((part) => names[part] ?? part), base].join("+");
}

/** Whether it is one key, or one with Shift: what can be switched off, because talking to a computer types such keys. */
export function isSingle(key: string): boolean {
  return splitKey(key).held.every((part) => part === "Shift");
}

/** What a press asks for here, or nothing: text fields, menus and the control in focus come first. */
export function actionOf(event: KeyboardEvent, actions: ReadonlyMap<string, ActionId>): ActionId | null {
  const key = event.defaultPrevented ? null : keyOf(event);
  const action = key === null ? undefined : actions.get(key);
  if (key === null || action === undefined) return null;
  // Holding a key down makes it louder and louder; it must not skip call after call.
  if (event.repeat && !ACTIONS[action].held) return null;
  return wantedBy(event.target, key) ? null : action;
}

const TYPED_IN =
  'textarea, select, [contenteditable=""], [contenteditable="true"], [role="textbox"], [role="combobox"], ' +
  'input:not([type="range"], [type="checkbox"], [type="radio"], [type="button"], [type="submit"])';
const OPEN_ABOVE = '[role="menu"], [role="dialog"], [role="alertdialog"], [role="listbox"]';
const MODAL = '[aria-modal="true"]';
const PRESSED = 'button, a[href], summary, input, [role="button"], [role="checkbox"], [role="radio"], [role="switch"]';
const MOVED = 'input[type="range"], input[type="radio"], [role="slider"], [role="radiogroup"], [role="tablist"]';
const SCROLLED = '[role="list"], [role="grid"], [role="tree"], [data-scrolls]';

/** Whether the control in focus has its own use for the key. */
function wantedBy(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  const within = (selector: string): boolean => target.closest(selector) !== null;
  // A modal one is above all, also while nothing in it has the focus.
  if (within(OPEN_ABOVE) || document.querySelector(MODAL) !== null) return true;
  // With Ctrl nothing is typed; those that edit text are given to no action (bindings.ts).
  if (!isSingle(key)) return false;
  const { base } = splitKey(key);
  if (within(TYPED_IN)) return true;
  if (base === "Space") return within(PRESSED);
  if (base.startsWith("Arrow") && within(MOVED)) return true;
  return (base === "ArrowUp" || base === "ArrowDown") && within(SCROLLED);
}
