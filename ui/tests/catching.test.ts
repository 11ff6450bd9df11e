// Catching up with what is live: the distance, the speed, the button, the settings.
import { screen } from "@testing-library/svelte";
import axe from "axe-core";
import { expect, test } from "vitest";

import { behindAfter, positionAfter } from "../src/calls";
import type { CatchUpChoices } from "../src/generated/CatchUpChoices";
import type { Snapshot } from "../src/generated/Snapshot";
import { behindAt } from "../src/player/distance";
import { catchLines } from "../src/settings/sheet/catchLines";
import { byId, open } from "./open";
import { busy, playback, quiet, updateOf, waitingLink, server } from "./town";

const late = (change: Partial<Snapshot["listening"]> = {}): Snapshot => {
  const snapshot = busy();
  return { ...snapshot, listening: { ...snapshot.listening, ...change } };
};

test("at a higher speed the position runs faster, and leaps over the silences that are left out", () => {
  const skipped = [{ fromMs: 3000, toMs: 5000 }];
  const fast = playback({ state: "playing", positionMs: 1000, durationMs: 10_000, percent: 125, skipped });
  const table = [
    [0, 1000],
    [800, 2000],
    [1599, 2998.75],
    [1600, 5000],
    [2400, 6000],
    [60_000, 10_000],
  ] as const;
  for (const [elapsed, position] of table) expect(positionAfter(fast, elapsed)).toBe(position);
  expect(positionAfter({ ...fast, positionMs: 4000 }, 0)).toBe(5000);
  expect(positionAfter({ ...fast, state: "paused" }, 500)).toBe(1000);
});

test("what is played faster comes nearer to live, by what is left out too, until the call ends", () => {
  const skipped = [{ fromMs: 3000, toMs: 5000 }];
  const fast = playback({
    state: "playing",
    behindMs: 9000,
    positionMs: 1000,
    durationMs: 10_000,
    percent: 125,
    skipped,
  });
  expect(behindAfter(fast, 800)).toBe(8800);
  expect(behindAfter(fast, 1600)).toBe(6600);
  // Seven seconds of sound in 5.6, and two that were left out.
  expect(behindAfter(fast, 5600)).toBe(5600);
  expect(behindAfter(fast, 99_000)).toBe(5600);
});

test("who is furthest behind counts: the call that plays, or one that waits", () => {
  const snapshot = late({ waitingMs: 7000 });
  const heard = { ...snapshot, playbackAt: 100, listeningAt: 1100 };
  expect(behindAt(heard, 1100)).toBe(9000);
  expect(behindAt(heard, 3600)).toBe(9500);
  const quietly = { ...quiet(), playbackAt: 0, listeningAt: 0 };
  expect(behindAt(quietly, 50_000)).toBe(0);
});

test("the strip always says how far from live it is", async () => {
  const { tell } = await open(quiet());
  expect(byId("distance").textContent).toBe("at live");
  expect(screen.queryByTestId("catch-up")).toBeNull();
  await tell(updateOf(101, { kind: "listeningChanged", listening: late({ waitingMs: 42_000 }).listening }));
  expect(byId("distance").textContent).toBe("0:42 behind live");
  await tell(updateOf(102, { kind: "listeningChanged", listening: { ...quiet().listening, live: false } }));
  expect(byId("distance").textContent).toBe("live off");
  await tell(updateOf(103, { kind: "listeningChanged", listening: quiet().listening }));
  await tell(updateOf(104, { kind: "serverChanged", server: server({ link: waitingLink(3000) }) }));
  expect(byId("distance").textContent).toBe("");
});

test("catching up is offered by a button and a key, shows how fast, and can be left again", async () => {
  const { sent, user, tell, container } = await open(late({ catchUp: "offered" }));
  expect(byId("catch-up").getAttribute("aria-pressed")).toBe("false");
  expect(screen.getByRole("button", { name: "Catch up with live" })).toBe(byId("catch-up"));
  await user.click(byId("catch-up"));
  await user.keyboard("q");
  const on = { kind: "catchUp", on: true };
  expect(sent).toEqual([on, on]);
  const fast = { ...late().playback, percent: 130 };
  await tell(
    updateOf(
      101,
      { kind: "listeningChanged", listening: late({ catchUp: "on" }).listening },
      { kind: "playbackChanged", playback: fast },
    ),
  );
  expect(byId("speed").textContent).toBe("1.3×");
  expect(byId("catch-up").getAttribute("aria-pressed")).toBe("true");
  expect(byId("catching-said").textContent).toBe("Catching up with live.");
  await user.keyboard("q");
  expect(sent[2]).toEqual({ kind: "catchUp", on: false });
  await tell(
    updateOf(
      102,
      { kind: "listeningChanged", listening: late().listening },
      { kind: "playbackChanged", playback: late().playback },
    ),
  );
  expect(screen.queryByTestId("speed")).toBeNull();
  expect(screen.queryByTestId("catch-up")).toBeNull();
  expect(byId("catching-said").textContent).toBe("No longer catching up.");
  await user.keyboard("q");
  expect(sent.length).toBe(3);
  expect((await axe.run(container, { rules: { "color-contrast": { enabled: false } } })).violations).toEqual([]);
});

test("the compact strip says and offers the same", async () => {
  const snapshot = late({ catchUp: "on" });
  const { display } = snapshot.settings;
  const { sent, user } = await open({
    ...snapshot,
    playback: { ...snapshot.playback, behindMs: 9900, percent: 125 },
    settings: { ...snapshot.settings, display: { ...display, compact: true } },
  });
  expect(byId("strip-distance").textContent).toBe("0:09 behind live · 1.25×");
  // What is seen of it where the strip is narrow.
  expect(byId("strip-distance").nextElementSibling?.textContent).toBe("0:09");
  await user.click(byId("strip-catchUp"));
  expect(sent).toEqual([{ kind: "catchUp", on: false }]);
});

test("the settings offer all of it, with what is in force among the choices", () => {
  const chosen: CatchUpChoices[] = [];
  const choices: CatchUpChoices = { mode: "offered", afterSeconds: 25, mostMinutes: null };
  const lines = (change: Partial<CatchUpChoices> = {}) =>
    catchLines({ ...choices, ...change }, (choices) => {
      chosen.push(choices);
      return Promise.resolve(true);
    });
  expect(lines().map((line) => line.id)).toEqual(["catch-up", "catch-up-most"]);
  const all = lines({ mode: "automatic", mostMinutes: 3 });
  expect(all.map((line) => line.id)).toEqual(["catch-up", "catch-up-after", "catch-up-most"]);
  const offered = all.map((line) =>
    line.kind === "choice" ? [line.value, line.choices.map(([value]) => value)] : null,
  );
  expect(offered).toEqual([
    ["automatic", ["off", "offered", "automatic"]],
    ["25", ["10", "20", "25", "30", "60", "120"]],
    ["3", ["none", "1", "2", "3", "5", "10", "20"]],
  ]);
  const values = ["off", "60", "none"];
  all.forEach((line, at) => line.kind === "choice" && void line.choose(values[at] ?? ""));
  const before = { mode: "automatic", afterSeconds: 25, mostMinutes: 3 };
  expect(chosen).toEqual([
    { ...before, mode: "off" },
    { ...before, afterSeconds: 60 },
    { ...before, mostMinutes: null },
  ]);
});
