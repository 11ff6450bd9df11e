// Single-key shortcuts, and when they step back.

/** What a key asks for. */
export type Shortcut = Wished | "talkgroups" | "help";

/** What is a wish to the core; the others are the window's own. */
export type Wished = "pause" | "skip" | "replay" | "live" | "mute" | "hold" | "avoid" | "louder" | "quieter";

const NAMED: Readonly<Record<string, Shortcut>> = {
  " ": "pause",
  ArrowRight: "skip",
  ArrowLeft: "replay",
  ArrowUp: "louder",
  ArrowDown: "quieter",
  "?": "help",
};

const LETTERS: Readonly<Record<string, Shortcut>> = { l: "live", m: "mute", h: "hold", a: "avoid", t: "talkgroups" };

/** What a key press asks for here, or nothing: modifiers, text fields, menus and the control in focus come first. */
export function shortcutOf(event: KeyboardEvent): Shortcut | null {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return null;
  const shortcut = NAMED[event.key] ?? LETTERS[letterOf(event)];
  if (!shortcut) return null;
  // Holding a key down makes it louder and louder; it must not skip call after call.
  if (event.repeat && shortcut !== "louder" && shortcut !== "quieter") return null;
  return wantedBy(event.target, event.key) ? null : shortcut;
}

// On a keyboard with another script the letter is known by its place.
function letterOf(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  if (/^[ -~]$/.test(key)) return key;
  return event.key.length === 1 ? event.code.replace(/^Key/, "").toLowerCase() : "";
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
  if (within(TYPED_IN) || within(OPEN_ABOVE) || document.querySelector(MODAL) !== null) return true;
  if (key === " ") return within(PRESSED);
  if (key.startsWith("Arrow") && within(MOVED)) return true;
  return (key === "ArrowUp" || key === "ArrowDown") && within(SCROLLED);
}
