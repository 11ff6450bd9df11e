// Presses that are faster than what the core says of them.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { apply, type State } from "../src/state";
import { Presses } from "../src/player/presses";
import { chosenAt, isOn } from "../src/talkgroups/chosen";
import { problem, busy, onCard, playback, quiet, selection, snapshotOf, updateOf } from "./town";
import { byId, open } from "./open";

const talkgroup = { server: 1, talkgroup: onCard.talkgroup! };
const turn = (turn: number | null) =>
  ({ kind: "playbackChanged", playback: turn === null ? playback() : { ...busy().playback, turn } }) as const;

describe("the second of two quick presses", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  test.each([
    [" ", { kind: "pause", on: true }, { kind: "pause", on: false }],
    ["l", { kind: "listen", on: false }, { kind: "listen", on: true }],
    ["m", { kind: "mute", on: true }, { kind: "mute", on: false }],
    ["h", { kind: "holdTalkgroup", talkgroup }, { kind: "holdTalkgroup", talkgroup: null }],
    ["a", { kind: "avoid", talkgroup, minutes: 30 }, { kind: "unavoid", talkgroup }],
  ] as const)("of %j is the other way round", async (key, once, twice) => {
    const { sent, user } = await open(busy());
    await user.keyboard(key + key + key);
    expect(sent).toEqual([once, twice, once]);
  });

  test.each([
    ["pause", { kind: "pause", on: true }, { kind: "pause", on: false }],
    ["live", { kind: "listen", on: false }, { kind: "listen", on: true }],
    ["mute", { kind: "mute", on: true }, { kind: "mute", on: false }],
    ["hold-talkgroup", { kind: "holdTalkgroup", talkgroup }, { kind: "holdTalkgroup", talkgroup: null }],
    ["avoid", { kind: "avoid", talkgroup, minutes: 30 }, { kind: "unavoid", talkgroup }],
  ] as const)("on the button %s too", async (button, once, twice) => {
    const { sent, user } = await open(busy());
    await user.dblClick(byId(button));
    expect(sent).toEqual([once, twice]);
  });

  test("counts from what is shown once that came, was refused, or did not come at all", async () => {
    const { refuse, sent, tell, user } = await open(busy());
    const pressed = async () => {
      await user.keyboard("m");
      return (sent.at(-1) as { on: boolean }).on;
    };
    expect(await pressed()).toBe(true);
    await tell(updateOf(101, { kind: "listeningChanged", listening: { ...busy().listening, muted: true } }));
    // Somebody else has switched it back.
    await tell(updateOf(102, { kind: "listeningChanged", listening: busy().listening }));
    expect(await pressed()).toBe(true);
    vi.advanceTimersByTime(2000);
    refuse(problem("notPossible", "No."));
    expect([await pressed(), await pressed()]).toEqual([true, true]);
  });

  test("skips the next call too, as soon as it is known", async () => {
    const { sent, tell, user } = await open(busy());
    await user.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}");
    expect(sent).toEqual([{ kind: "skip", turn: 9 }]);
    await tell(updateOf(101, turn(10)));
    await tell(updateOf(102, turn(10)));
    await tell(updateOf(103, turn(11)));
    await tell(updateOf(104, turn(12)));
    expect(sent).toEqual([9, 10, 11].map((turn) => ({ kind: "skip", turn })));
  });

  test("skips none that comes after silence, or late", async () => {
    const { sent, tell, user } = await open(busy());
    await user.keyboard("{ArrowRight}{ArrowRight}");
    await tell(updateOf(101, turn(null)));
    await tell(updateOf(102, turn(10)));
    await user.keyboard("{ArrowRight}{ArrowRight}");
    vi.advanceTimersByTime(2000);
    await tell(updateOf(103, turn(11)));
    expect(sent).toEqual([9, 10].map((turn) => ({ kind: "skip", turn })));
  });

  test("is nothing where there is nothing to skip", async () => {
    const { sent, user } = await open(quiet());
    await user.keyboard("{ArrowRight}{ArrowRight}hh");
    expect(sent).toEqual([]);
  });
});

test("a switch of many is the other way round the second time, and the last word on each counts", () => {
  const presses = new Presses(async () => true);
  let state = apply(null, snapshotOf(quiet()), 0) as State;
  const on = (): boolean[] => [40, 41].map((id) => isOn(chosenAt(presses.meant(state).selection, 1), id));
  const both = (on: boolean) => presses.send({ kind: "switch", server: 1, talkgroups: [40, 41], on });
  void both(false);
  expect(on()).toEqual([false, false]);
  void presses.send({ kind: "switch", server: 1, talkgroups: [41], on: true });
  expect(on()).toEqual([false, true]);
  void both(false);
  expect(on()).toEqual([false, false]);
  state = { ...state, selection: selection({ off: [{ server: 1, talkgroups: [40, 41] }] }) };
  presses.heard(state);
  expect(on()).toEqual([false, false]);
});
