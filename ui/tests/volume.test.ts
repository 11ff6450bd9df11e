// The volume under the hand, which is ahead of what the core has told so far.
import { fireEvent } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tick } from "svelte";

import { byId, open } from "./open";
import { busy, problem, updateOf } from "./town";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pass = async (ms: number) => {
  await vi.advanceTimersByTimeAsync(ms);
  await tick();
};
const volumes = (sent: readonly { kind: string; db?: number }[]) =>
  sent.filter((one) => one.kind === "volume").map((one) => one.db);
const heard = (revision: number, volumeDb: number) =>
  updateOf(revision, { kind: "listeningChanged", listening: { ...busy().listening, volumeDb } });

test("two quick presses are two steps", async () => {
  const { sent } = await open(busy());
  for (let i = 0; i < 2; i += 1) await fireEvent.keyDown(document.body, { key: "ArrowUp" });
  await pass(100);
  expect(volumes(sent).at(-1)).toBe(-2);
});

test("the thumb stays under the hand until the core has heard of it", async () => {
  const { sent, tell } = await open(busy());
  await fireEvent.input(byId("volume"), { target: { value: "-20" } });
  await pass(200);
  expect(volumes(sent)).toEqual([-20]);
  expect(byId("volume")).toHaveValue("-20");
  await tell(heard(101, -12));
  expect(byId("volume"), "an answer to an earlier wish").toHaveValue("-20");
  await tell(heard(102, -20));
  await tell(heard(103, -30));
  expect(byId("volume"), "changed elsewhere since").toHaveValue("-30");
});

test("a dragged thumb sends few wishes, the first and the last among them", async () => {
  const { sent } = await open(busy());
  for (let db = -7; db >= -40; db -= 1) {
    await fireEvent.input(byId("volume"), { target: { value: String(db) } });
    await pass(5);
  }
  await pass(100);
  expect(volumes(sent)[0]).toBe(-7);
  expect(volumes(sent).at(-1)).toBe(-40);
  expect(volumes(sent).length).toBeLessThan(10);
});

test("what is not taken, or never answered, is shown no longer", async () => {
  const { refuse } = await open(busy());
  await fireEvent.input(byId("volume"), { target: { value: "-20" } });
  await pass(2000);
  expect(byId("volume")).toHaveValue("-6");
  refuse(problem("notPossible", "No."));
  await fireEvent.input(byId("volume"), { target: { value: "-30" } });
  await pass(10);
  expect(byId("volume")).toHaveValue("-6");
});
