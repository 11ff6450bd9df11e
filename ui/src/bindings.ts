// Which key does what: those of the table of actions, and what the user changed.
//
// The settings keep the changes only, by action; so a newer Squelch may give an action a better key, and an entry that
// this one does not know stays as it is.
import { ACTION_IDS, ACTIONS, type ActionId } from "./actions";
import type { SettingsView } from "./generated/SettingsView";
import { IS_MAC, splitKey } from "./keys";
import { PICK } from "./saving/pick";

/** What the user changed: a key, or that there is none. */
export type KeyChanges = Readonly<SettingsView["keys"]>;

/** What holds now, both ways. */
export interface Bindings {
  readonly keys: Readonly<Record<ActionId, string | null>>;
  readonly actions: ReadonlyMap<string, ActionId>;
}

/** The changes in the settings. */
export function changesOf(settings: SettingsView): KeyChanges {
  return settings.keys;
}

/** Keys by action. What was chosen goes before what was made so: an action whose own key was given to another has none. */
export function bindingsOf(changes: KeyChanges): Bindings {
  const actions = new Map<string, ActionId>();
  const take = (id: ActionId, key: string | null): void => {
    if (key !== null && !actions.has(key)) actions.set(key, id);
  };
  for (const id of ACTION_IDS) if (isChanged(changes, id)) take(id, changes[id] ?? null);
  for (const id of ACTION_IDS) if (!isChanged(changes, id)) take(id, ACTIONS[id].key);
  const keys = Object.fromEntries(ACTION_IDS.map((id) => [id, null as string | null])) as Record<
    ActionId,
    string | null
  >;
  for (const [key, id] of actions) keys[id] = key;
  return { keys, actions };
}

/** Whether the user chose another key for it, or none. What cannot be a key, by somebody's hand in the file, is no choice. */
export function isChanged(changes: KeyChanges, id: ActionId): boolean {
  if (!Object.hasOwn(changes, id)) return false;
  const key = changes[id];
  return key === null || (key !== undefined && key !== ACTIONS[id].key && isKey(key) && ownerOf(key) === null);
}

/** With this key for an action, or none. Its own is no change. */
export function withKey(changes: KeyChanges, id: ActionId, key: string | null): KeyChanges {
  return key === ACTIONS[id].key ? withoutKey(changes, id) : { ...changes, [id]: key };
}

/** With its own key for an action. */
export function withoutKey(changes: KeyChanges, id: ActionId): KeyChanges {
  return Object.fromEntries(Object.entries(changes).filter(([other]) => other !== id));
}

/** Whether both say the same. */
export function sameChanges(a: KeyChanges, b: KeyChanges): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}

/** Why a key cannot be had: another action has it, or it is not for actions. */
export type Refusal = { kind: "taken"; by: ActionId } | { kind: Owner };
type Owner = "text" | "control" | "system";

/** Why an action cannot have a key; nothing if it can. */
export function refusalOf(key: string, id: ActionId, { actions }: Bindings): Refusal | null {
  const kind = ownerOf(key);
  if (kind !== null) return { kind };
  const by = actions.get(key);
  return by === undefined || by === id ? null : { kind: "taken", by };
}

/** A key as the settings may hold it. */
const KEY = /^(?:Mod\+)?(?:(?:Shift\+)?(?:\p{L}|[A-Z][A-Za-z0-9]{1,23})|[^\s\p{C}\p{L}])$/u;
function isKey(key: string): boolean {
  const { base } = splitKey(key);
  // A letter is written as a capital, so that each key has one name.
  return KEY.test(key) && ([...base].length > 1 || base === base.toUpperCase() || [...base.toUpperCase()].length > 1);
}

const CONTROL = [
  ...["Enter", "Tab", "Escape", "Backspace", "Delete", "Insert", "Clear", "ContextMenu"],
  ...["Home", "End", "PageUp", "PageDown", "F6", "F10"],
];
/** With Ctrl: all, copy, paste, cut, undo, redo. */
const EDITS = ["A", "C", "V", "X", "Y", "Z"];
const SYSTEM = ["F5", "F11", "F12", "PrintScreen", "Pause", "ScrollLock", "Help", "Power", "Sleep", "WakeUp", "Eject"];
/** With Ctrl: close, load again; on a Mac also hide and minimise. */
const OFTEN = ["W", "R"];
const OFTEN_ON_MAC = [...OFTEN, "H", "M", "`", "Space"];

/** Whose a key is that no action may have. */
function ownerOf(key: string, mac = IS_MAC): Owner | null {
  const { held, base } = splitKey(key);
  // Alt opens menus, or types signs; keys beyond the alphabet belong to the desktop.
  if (held.includes("Alt") || held.includes("Super") || SYSTEM.includes(base)) return "system";
  if (/^(Media|Audio|Microphone|Launch|Browser|Brightness|XF86|Volume)/.test(base)) return "system";
  if (CONTROL.includes(base) || (base === PICK.toUpperCase() && held.length === 0)) return "control";
  if (!held.includes("Mod")) return null;
  if (EDITS.includes(base) || base.startsWith("Arrow")) return "text";
  return (mac ? OFTEN_ON_MAC : OFTEN).includes(base) ? "system" : null;
}
