// What is said to the ear, and what comes again.
import { screen, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { tick } from "svelte";

import { byId, open } from "./open";
import { busy, onCard, playback, problem, row, server, signedOut, updateOf } from "./town";

/** What every live region was given, in order. */
function heard(): string[] {
  const said: string[] = [];
  for (const region of byId("announcer").children) {
    const observer = new MutationObserver(() => region.textContent && said.push(region.textContent));
    observer.observe(region, { childList: true, characterData: true, subtree: true });
  }
  return said;
}

describe("a screen reader is told", () => {
  beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }));
  afterEach(() => void vi.useRealTimers());
  const speak = async () => {
    await vi.advanceTimersByTimeAsync(3100);
    await tick();
  };

  test("of each call, also of two in a row by one unit on one talkgroup", async () => {
    const { tell } = await open(busy());
    const said = heard();
    await speak();
    const again = { ...onCard, key: { server: 1, call: 300 } };
    const playing = playback({ state: "playing", turn: 10, row: again, durationMs: 9000 });
    await tell(updateOf(101, { kind: "playbackChanged", playback: playing }));
    await speak();
    expect(said).toEqual(Array<string>(2).fill("Fire Dispatch, Harbor County P25, Fire Dispatch"));
  });

  test("once that it is paused, however many calls come", async () => {
    const { tell } = await open(busy());
    await speak();
    const said = heard();
    const paused = { ...busy().listening, paused: true };
    await tell(
      updateOf(
        101,
        { kind: "playbackChanged", playback: { ...busy().playback, state: "paused" } },
        { kind: "listeningChanged", listening: paused },
      ),
    );
    await speak();
    for (const waiting of [4, 5, 6]) {
      const listening = { ...paused, waiting };
      await tell(
        updateOf(
          98 + waiting,
          { kind: "rowsAdded", rows: [row(300 + waiting)] },
          { kind: "listeningChanged", listening },
        ),
      );
      await speak();
    }
    expect(byId("lull")).toHaveTextContent("6 calls wait");
    expect(said).toEqual(["Paused"]);
  });
});

describe("a line that was taken away", () => {
  const lost = (id: number) =>
    server({ id, name: "Ridge", account: signedOut(problem("signedOut", "Your login was ended."), "dana") });
  const dismiss = async (view: Awaited<ReturnType<typeof open>>) =>
    view.user.click(within(byId("prompt")).getByRole("button", { name: "Dismiss" }));

  test("comes back when the same happens again", async () => {
    const view = await open(busy({ servers: [server(), lost(2)] }));
    await dismiss(view);
    expect(screen.queryByTestId("prompt")).toBeNull();
    await view.tell(updateOf(101, { kind: "serverChanged", server: server({ id: 2, name: "Ridge" }) }));
    await view.tell(updateOf(102, { kind: "serverChanged", server: lost(2) }));
    expect(byId("prompt")).toHaveTextContent("Your login was ended.");
  });

  test("stays away while nothing changed, also after a look at something else", async () => {
    const view = await open(busy({ servers: [server(), lost(2)] }));
    await dismiss(view);
    await view.user.click(byId("servers"));
    await view.user.click(await screen.findByTestId("add-another"));
    await view.user.click(screen.getByText("Cancel"));
    expect(screen.queryByTestId("address")).toBeNull();
    expect(screen.queryByTestId("prompt")).toBeNull();
  });
});

test("the time behind live goes on while it is paused, in minutes once it is long", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, now: 0 });
  const { tell } = await open(busy());
  const paused = { ...busy().playback, state: "paused" as const, behindMs: 100_000 };
  await tell(updateOf(101, { kind: "playbackChanged", playback: paused }));
  expect(byId("behind")).toHaveTextContent("1:40 behind live");
  await vi.advanceTimersByTimeAsync(5000);
  expect(byId("behind")).toHaveTextContent("1:45 behind live");
  await vi.advanceTimersByTimeAsync(120_000);
  expect(byId("behind")).toHaveTextContent(/^3 min behind live$/);
  vi.useRealTimers();
});
