// What was pressed counts until the core has shown it: on battery that takes a while, and the second of two quick
// presses is meant the other way round, or for the next call.
import { avoidOf, sameTalkgroup } from "../calls";
import type { CallKey } from "../generated/CallKey";
import type { Command } from "../generated/Command";
import type { Row } from "../generated/Row";
import type { Press } from "../generated/Press";
import type { TalkgroupKey } from "../generated/TalkgroupKey";
import type { Turn } from "../generated/Turn";
import type { Wish } from "../ipc";
import { callName, sameCall, type State } from "../state";
import { afterSwitch, isSwitched } from "../talkgroups/chosen";
import { priorityOf } from "../talkgroups/hearing";

/** How long a wish is believed without an answer, in milliseconds: what the core does not take, it does not have. */
const BELIEVED = 1500;

/** Passes wishes on and remembers those that were not shown yet. */
export class Presses {
  #wish: Wish;
  /** By the switch that they turn, the last one of each. */
  #wished = new Map<string, { command: Command; until: number }>();
  /** The skip under way, and how many more were asked for meanwhile. */
  #skip: { turn: Turn; more: number; until: number } | null = null;

  /** Answers a press with a tone. */
  #beep: (press: Press) => void;

  constructor(wish: Wish, beep: (press: Press) => void = () => undefined) {
    this.#wish = wish;
    this.#beep = beep;
  }

  /** A press could not do anything. */
  denied(): void {
    this.#beep("denied");
  }

  /** Sends a wish. */
  send: Wish = async (command) => {
    const until = performance.now() + BELIEVED;
    if (command.kind === "skip") {
      const more = this.#skip?.turn === command.turn && performance.now() < this.#skip.until ? this.#skip.more + 1 : 0;
      this.#skip = { turn: command.turn, more, until };
      if (more > 0) {
        this.#beep("on");
        return true;
      }
    }
    const what = switchOf(command);
    if (command.kind === "switch") this.#overrule(command);
    if (what !== null) this.#wished.set(what, { command, until });
    const taken = await this.#wish(command);
    const press = pressOf(command);
    if (press !== null) this.#beep(taken ? press : "denied");
    if (!taken && what !== null && this.#wished.get(what)?.command === command) this.#wished.delete(what);
    if (!taken && command.kind === "skip") this.#skip = null;
    return taken;
  };

  /** What was wished of these talkgroups before does not count any more. */
  #overrule(by: Extract<Command, { kind: "switch" }>): void {
    const of = new Set(by.talkgroups);
    for (const [what, { command, until }] of this.#wished) {
      if (command.kind !== "switch" || command.server !== by.server) continue;
      const talkgroups = command.talkgroups.filter((id) => !of.has(id));
      if (talkgroups.length === 0) this.#wished.delete(what);
      else this.#wished.set(what, { command: { ...command, talkgroups }, until });
    }
  }

  /** What will be once the core has shown all that was wished. */
  meant(state: State): State {
    const now = performance.now();
    return [...this.#wished.values()].reduce(
      (meant, one) => (now < one.until ? after(meant, one.command) : meant),
      state,
    );
  }

  /** A call with what was wished of it, wherever it is shown. */
  meantCall(row: Row): Row {
    const wished = this.#wished.get(`bookmark ${callName(row.key)}`);
    if (wished?.command.kind !== "bookmark" || performance.now() >= wished.until) return row;
    return { ...row, bookmarked: wished.command.on };
  }

  /** The core has said so of a call, whether or not it is in the state. */
  heardBookmark(call: CallKey): void {
    this.#wished.delete(`bookmark ${callName(call)}`);
  }

  /** The core shows this now. */
  heard(state: State): void {
    for (const [what, { command }] of this.#wished) if (isShown(state, command)) this.#wished.delete(what);
    const { turn } = state.playback;
    const skip = this.#skip;
    if (skip === null || turn === skip.turn) return;
    this.#skip = null;
    // Where nothing follows there is nothing more to skip: a call that comes later is news.
    if (skip.more === 0 || turn === null || performance.now() >= skip.until) return;
    void this.send({ kind: "skip", turn });
    for (let more = 1; more < skip.more; more += 1) void this.send({ kind: "skip", turn });
  }
}

/** What a scanner's key would have done; nothing for what is no key of a scanner. */
export function pressOf(command: Command): Press | null {
  switch (command.kind) {
    case "pause":
    case "listen":
    case "mute":
    case "switch":
      return command.on ? "on" : "off";
    case "holdTalkgroup":
      return command.talkgroup ? "on" : "off";
    case "holdSystem":
      return command.system ? "on" : "off";
    case "unavoid":
      return "off";
    case "avoid":
    case "skip":
    case "play":
    case "applyPreset":
      return "on";
    default:
      return null;
  }
}

/** The switch that a wish turns, if it turns one. */
function switchOf(command: Command): string | null {
  switch (command.kind) {
    case "pause":
    case "listen":
    case "mute":
    case "holdTalkgroup":
      return command.kind;
    case "avoid":
    case "unavoid":
      return `avoid ${command.talkgroup.server} ${command.talkgroup.talkgroup}`;
    case "bookmark":
      return `bookmark ${callName(command.call)}`;
    case "prioritise":
      return `priority ${command.talkgroup.server} ${command.talkgroup.talkgroup}`;
    case "switch":
      return `switch ${command.server} ${command.talkgroups.join()}`;
    default:
      return null;
  }
}

function isShown({ listening, selection, hearing }: State, command: Command): boolean {
  switch (command.kind) {
    case "pause":
      return listening.paused === command.on;
    case "listen":
      return listening.live === command.on;
    case "mute":
      return listening.muted === command.on;
    case "holdTalkgroup":
      return command.talkgroup === null
        ? selection.talkgroup === null
        : sameTalkgroup(selection.talkgroup?.key ?? null, command.talkgroup);
    case "avoid":
      return avoidOf(selection, command.talkgroup) !== null;
    case "unavoid":
      return avoidOf(selection, command.talkgroup) === null;
    case "prioritise":
      return priorityOf(hearing, command.talkgroup) === command.priority;
    case "switch":
      return isSwitched(selection, command);
    case "bookmark":
      return false; // Told by an event: the call need not be in the state.
    default:
      return true;
  }
}

// Only what decides the next press; nobody is shown this.
function after(state: State, command: Command): State {
  const { listening, selection } = state;
  const others = (key: TalkgroupKey) => selection.avoided.filter((one) => !sameTalkgroup(one.key, key));
  switch (command.kind) {
    case "pause":
      return { ...state, listening: { ...listening, paused: command.on } };
    case "listen":
      return { ...state, listening: { ...listening, live: command.on } };
    case "mute":
      return { ...state, listening: { ...listening, muted: command.on } };
    case "holdTalkgroup":
      return {
        ...state,
        selection: { ...selection, talkgroup: command.talkgroup && { key: command.talkgroup, name: "" } },
      };
    case "avoid": {
      const avoided = [...others(command.talkgroup), { key: command.talkgroup, name: "", leftMs: null }];
      return { ...state, selection: { ...selection, avoided } };
    }
    case "unavoid":
      return { ...state, selection: { ...selection, avoided: others(command.talkgroup) } };
    case "bookmark": {
      const { playback } = state;
      if (!playback.row || !sameCall(playback.row.key, command.call)) return state;
      return { ...state, playback: { ...playback, row: { ...playback.row, bookmarked: command.on } } };
    }
    case "prioritise": {
      const { talkgroup: key, priority } = command;
      const rest = state.hearing.priorities.filter((one) => !sameTalkgroup(one.key, key));
      return { ...state, hearing: { ...state.hearing, priorities: [...rest, { key, priority }] } };
    }
    case "switch":
      return { ...state, selection: afterSwitch(selection, command) };
    default:
      return state;
  }
}
