import { describe, expect, test } from "vitest";

import { ACTION_IDS, ACTIONS, hindranceOf, perform, type ActionId, type Facts, type Hands } from "../src/actions";
import { bindingsOf, refusalOf } from "../src/bindings";
import { unitAt } from "../src/calls";
import type { Command } from "../src/generated/Command";
import { apply, type State } from "../src/state";
import { words } from "../src/words";
import { away, busy, onCard, playback, quiet, server, snapshotOf, waitingLink } from "./town";

const stateOf = (snapshot = busy()): State => apply(null, snapshotOf(snapshot), 0) as State;
const factsOf = (change: Partial<Facts> = {}): Facts => ({
  state: stateOf(busy({ away: away({ calls: 5, skim: 2 }) })),
  volumeDb: -6,
  update: null,
  chosen: 0,
  exporting: false,
  begun: true,
  ...change,
});

/** What an action does: the wishes, or what of the window it moves. */
function does(id: ActionId, facts: Facts = factsOf()): unknown[] {
  const done: unknown[] = [];
  const hands: Hands = {
    wish: (command: Command) => void done.push(command),
    volume: (db) => void done.push({ volume: db }),
    show: (place) => void done.push({ show: place }),
    look: (call) => void done.push({ look: call }),
    share: (row) => void done.push({ share: row.key }),
    save: (call) => void done.push({ save: call }),
    export: (row) => void done.push({ export: row?.key ?? null }),
    name: ({ key }) => void done.push({ name: key }),
    checkForUpdates: () => void done.push("check"),
    quit: () => void done.push("quit"),
  };
  perform(id, hands, facts);
  return done;
}

const talkgroup = { server: 1, talkgroup: onCard.talkgroup! };
const system = { server: 1, system: onCard.systemId! };
const chosen = (change: Partial<State["selection"]>): Facts => {
  const state = stateOf();
  return factsOf({ state: { ...state, selection: { ...state.selection, ...change } } });
};

describe("the table of actions", () => {
  test("has words for each, none twice", () => {
    const names = ACTION_IDS.map((id) => words.actions.names[id].name);
    expect(names.filter((name) => name.trim() === "")).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(ACTION_IDS.filter((id) => words.actions.names[id].also.trim() === "")).toEqual([]);
    expect([...ACTION_IDS].sort()).toEqual(Object.keys(words.actions.names).sort());
  });

  test("has a key for each that can be had, none twice", () => {
    const bindings = bindingsOf({});
    expect(ACTION_IDS.map((id) => bindings.keys[id])).toEqual(ACTION_IDS.map((id) => ACTIONS[id].key));
    expect(ACTION_IDS.filter((id) => refusalOf(ACTIONS[id].key, id, bindings) !== null)).toEqual([]);
  });

  test("does one thing for each, or says why not", () => {
    for (const facts of [factsOf(), factsOf({ state: stateOf(quiet()) }), factsOf({ begun: false })]) {
      for (const id of ACTION_IDS) {
        const why = hindranceOf(id, facts);
        expect([id, why === null ? 0 : why.length]).not.toEqual([id, why === null ? 1 : 0]);
        expect([id, does(id, facts).length > 0]).toEqual([id, why === null]);
      }
    }
  });
});

describe("what an action does", () => {
  test.each<[ActionId, unknown]>([
    ["pause", { kind: "pause", on: true }],
    ["live", { kind: "listen", on: false }],
    ["mute", { kind: "mute", on: true }],
    ["skip", { kind: "skip", turn: 9 }],
    ["replay", { kind: "play", call: onCard.key }],
    ["louder", { volume: -4 }],
    ["quieter", { volume: -8 }],
    ["playMissed", { kind: "missed", choice: "play" }],
    ["skimMissed", { kind: "missed", choice: "skim" }],
    ["dropMissed", { kind: "missed", choice: "drop" }],
    ["hold", { kind: "holdTalkgroup", talkgroup }],
    ["holdSystem", { kind: "holdSystem", system }],
    ["avoid", { kind: "avoid", talkgroup, minutes: 30 }],
    ["raisePriority", { kind: "prioritise", talkgroup, priority: "high" }],
    ["lowerPriority", { kind: "prioritise", talkgroup, priority: "low" }],
    ["avoidHour", { kind: "avoid", talkgroup, minutes: 60 }],
    ["avoidTwoHours", { kind: "avoid", talkgroup, minutes: 120 }],
    ["avoidUntilReleased", { kind: "avoid", talkgroup, minutes: null }],
    ["notify", { kind: "alertTalkgroup", talkgroup, on: true }],
    ["talkgroups", { show: "talkgroups" }],
    ["presets", { show: "presets" }],
    ["savePreset", { show: "savePreset" }],
    ["search", { show: "search" }],
    ["find", { show: "find" }],
    ["bookmarks", { show: "bookmarks" }],
    ["share", { share: onCard.key }],
    ["save", { save: onCard.key }],
    ["bookmark", { kind: "bookmark", call: onCard.key, on: true }],
    ["nameUnit", { name: { server: 1, system: 1, unit: unitAt(onCard.units, 6600)!.number } }],
    ["newest", { look: busy().rows[0]!.key }],
    ["servers", { show: "servers" }],
    ["addServer", { show: "add" }],
    ["settings", { show: "settings" }],
    ["alerts", { show: "alerts" }],
    ["help", { show: "help" }],
    ["palette", { show: "palette" }],
    ["report", { show: "report" }],
    ["checkForUpdates", "check"],
    ["themeDark", { kind: "change", setting: { name: "theme", theme: "dark" } }],
    ["themeLcd", { kind: "change", setting: { name: "theme", theme: "lcd" } }],
    ["textLarger", { kind: "change", setting: { name: "display", change: { of: "textSize", percent: 110 } } }],
    ["textSmaller", { kind: "change", setting: { name: "display", change: { of: "textSize", percent: 90 } } }],
    ["display", { show: "display" }],
    ["details", { show: "details" }],
    ["singleKeys", { kind: "change", setting: { name: "shortcuts", on: false } }],
    ["quit", "quit"],
  ])("%s", (id, what) => expect(does(id)).toEqual([what]));

  test("releases what is held or avoided", () => {
    const other = { key: { server: 1, talkgroup: 99 }, name: "Other" };
    expect(does("hold", chosen({ talkgroup: other }))).toEqual([{ kind: "holdTalkgroup", talkgroup: null }]);
    const avoided = chosen({ avoided: [{ key: talkgroup, name: "Fire", leftMs: null }] });
    expect(does("avoid", avoided)).toEqual([{ kind: "unavoid", talkgroup }]);
    expect(does("release", avoided)).toEqual([{ kind: "unavoid", talkgroup }]);
    expect(does("release", chosen({ talkgroup: { key: talkgroup, name: "Fire" } }))).toEqual([
      { kind: "holdTalkgroup", talkgroup: null },
    ]);
    const all = chosen({
      talkgroup: other,
      system: { key: system, name: "Harbor" },
      avoided: [talkgroup, other.key].map((key) => ({ key, name: "", leftMs: 5 })),
    });
    expect(does("releaseAll", all)).toEqual([
      { kind: "holdTalkgroup", talkgroup: null },
      { kind: "holdSystem", system: null },
      { kind: "unavoid", talkgroup },
      { kind: "unavoid", talkgroup: other.key },
    ]);
  });

  test("tries each link again that is lost, and no other", () => {
    const servers = [server(), server({ id: 2, link: waitingLink(9) }), server({ id: 3, link: waitingLink(5) })];
    const facts = factsOf({ state: stateOf(busy({ servers })) });
    expect(does("reconnect", facts)).toEqual([2, 3].map((id) => ({ kind: "reconnect", server: id })));
  });

  test("is nothing where there is nothing to act on, and why is said", () => {
    const facts = factsOf({ state: stateOf(quiet()) });
    expect(hindranceOf("skip", facts)).toBe("Nothing plays now.");
    expect(hindranceOf("replay", facts)).toBe("Nothing has been played yet.");
    expect(hindranceOf("avoid", facts)).toBe("No call is on the card.");
    const unlisted = { ...onCard, talkgroup: null, systemId: null };
    const strange = factsOf({ state: stateOf(busy({ playback: playback({ row: unlisted }) })) });
    expect(hindranceOf("hold", strange)).toBe("The server does not list this call's talkgroup.");
    expect(hindranceOf("holdSystem", strange)).toBe("The server does not list this call's system.");
    const stage = { kind: "notOffered", why: "Flatpak updates it." } as const;
    expect(hindranceOf("checkForUpdates", factsOf({ update: { running: "1", stage } }))).toBe("Flatpak updates it.");
    expect(hindranceOf("hold", factsOf({ begun: false }))).toBe("Possible once you listen to a server.");
  });

  test("keeps the volume within its bounds", () => {
    expect(does("louder", factsOf({ volumeDb: 5.5 }))).toEqual([{ volume: 6 }]);
    expect(hindranceOf("louder", factsOf({ volumeDb: 6 }))).toBe("As loud as it goes.");
    expect(hindranceOf("quieter", factsOf({ volumeDb: -60 }))).toBe("As quiet as it goes.");
  });
});

test("an action is named as what it would do now", () => {
  const name = (id: ActionId, facts: Facts) => [ACTIONS[id].name?.(facts), ACTIONS[id].about?.(facts)];
  expect(name("hold", factsOf())).toEqual(["Hold talkgroup", onCard.title]);
  expect(name("hold", chosen({ talkgroup: { key: talkgroup, name: "Fire" } }))).toEqual(["Release Fire", null]);
  expect(name("avoidUntilReleased", factsOf())).toEqual(["Avoid until released", onCard.title]);
  const state = stateOf();
  const off = { ...state, listening: { ...state.listening, paused: true, live: false, muted: true } };
  expect((["pause", "live", "mute"] as const).map((id) => name(id, factsOf({ state: off }))[0])).toEqual([
    "Resume",
    "Go live",
    "Unmute",
  ]);
});
