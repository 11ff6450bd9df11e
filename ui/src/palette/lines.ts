// What the palette offers: the table of actions, and the presets by their names.
import { ACTION_IDS, ACTIONS, hindranceOf, perform, type ActionId, type Facts, type Hands } from "../actions";
import type { PresetView } from "../generated/PresetView";
import { words } from "../words";

/** Names a line: an action, or a preset to apply. */
export type LineId = ActionId | `preset-${number}`;

/** A line as the palette shows it. */
export interface Line {
  readonly id: LineId;
  /** The action whose key is shown; presets have none of their own. */
  readonly action: ActionId | null;
  readonly name: string;
  /** To what, or why it is not possible now. */
  readonly about: string | null;
  readonly possible: boolean;
  /** What it is called whatever it would do now. */
  readonly general: string;
  /** Other words to find it by. */
  readonly also: string;
}

// Whoever looks for the palette has found it.
const OFFERED = ACTION_IDS.filter((id) => id !== "palette");

/** A line for each action, in the order of the table. */
export function actionLines(facts: Facts): readonly Line[] {
  return OFFERED.map((id) => actionLine(id, facts));
}

/** A line for each preset, in their order. */
export function presetLines(facts: Facts): readonly Line[] {
  return facts.state.selection.presets.map((preset) => presetLine(preset, facts));
}

/** Does what a line says, where it is possible. */
export function runLine(id: LineId, hands: Hands, facts: Facts): void {
  if (isAction(id)) return perform(id, hands, facts);
  const preset = facts.state.selection.presets.find((one) => idOf(one) === id);
  if (preset && presetLine(preset, facts).possible) hands.wish({ kind: "applyPreset", id: preset.id });
}

const isAction = (id: LineId): id is ActionId => Object.hasOwn(ACTIONS, id);
const idOf = (preset: PresetView): LineId => `preset-${preset.id}`;

function actionLine(id: ActionId, facts: Facts): Line {
  const why = hindranceOf(id, facts);
  const named = words.actions.names[id];
  // What it would do is said of what it can do; else its own name stands for all it may do.
  const name = (why === null ? ACTIONS[id].name?.(facts) : undefined) ?? named.name;
  const about = why ?? ACTIONS[id].about?.(facts) ?? null;
  return { id, action: id, name, about, possible: why === null, general: named.name, also: named.also };
}

function presetLine(preset: PresetView, facts: Facts): Line {
  const { why, applyPreset } = words.actions;
  const name = applyPreset(preset.name);
  const hindrance = facts.begun ? (preset.active ? why.isPreset : null) : why.first;
  return {
    id: idOf(preset),
    action: null,
    name,
    about: hindrance,
    possible: hindrance === null,
    general: name,
    also: words.actions.names.presets.also,
  };
}
