// The window with the panel of the archive open, for the tests of searching and of bookmarks.
import { within } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, vi } from "vitest";

import type { Snapshot } from "../src/generated/Snapshot";
import { byId, open } from "./open";
import { room } from "./room";
import { busy } from "./town";

/** Room to draw in, and a clock moved by hand, for each test of a file. */
export function archiveRoom(): void {
  room();
  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ["setTimeout", "clearTimeout", "Date"] });
    return () => vi.useRealTimers();
  });
}

export const settled = async (): Promise<void> => {
  for (let i = 0; i < 12; i += 1) await tick();
};
export type Core = Awaited<ReturnType<typeof open>>["core"];

/** The window with the panel open; `prepare` says what the archive answers. */
export async function opened(snapshot: Snapshot = busy(), prepare: (core: Core) => void = () => undefined) {
  const window = await open(snapshot);
  prepare(window.core);
  await window.user.click(byId("search"));
  await settled();
  let revision = 100;
  const keys = async (text: string) => {
    await window.user.keyboard(text);
    await settled();
  };
  const press = async (id: string) => {
    await window.user.click(byId(id));
    await settled();
  };
  const rest = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms);
    await settled();
  };
  const tell: typeof window.tell = async (message) => {
    await window.tell(message);
    await settled();
  };
  return { ...window, tell, keys, press, rest, next: () => (revision += 1) };
}
export const list = (): HTMLElement => byId("found-list");
export const shown = (): string[] =>
  within(list())
    .queryAllByTestId("feed-row")
    .map((one) => one.dataset["call"] ?? "");
export const calls = (...ns: number[]): string[] => ns.map((n) => String(10_000 - n));
export const lacking = (): HTMLElement => byId("talkgroups-lacking");
export const asked = (core: Core) => core.search.mock.calls.map(([query]) => query);
