// Who goes first, on which side and how loud: what is chosen in menus, shown on lines, and done by keys.
import { render, screen, within } from "@testing-library/svelte";
import axe from "axe-core";
import { tick } from "svelte";
import { describe, expect, test } from "vitest";

import FeedRow from "../src/feed/FeedRow.svelte";
import type { HearingView } from "../src/generated/HearingView";
import type { Snapshot } from "../src/generated/Snapshot";
import { heardAt, mixOf, mixWords, nextPriority, priorityOf, systemMixOf, withChosen } from "../src/talkgroups/hearing";
import { byId, open } from "./open";
import { room } from "./room";
import { busy, row, updateOf } from "./town";

room();

const key = (talkgroup: number, server = 1) => ({ server, talkgroup });
const hearing: HearingView = {
  priorities: [
    { key: key(40), priority: "high" },
    { key: key(41), priority: "low" },
    { key: key(42, 2), priority: "high" },
  ],
  talkgroups: [{ key: key(40), mix: { balance: -0.5, offsetDb: 3 } }],
  systems: [{ key: { server: 1, system: 8 }, mix: { balance: 0, offsetDb: -6 } }],
};

const settled = async (): Promise<void> => {
  for (let i = 0; i < 8; i += 1) await tick();
};
async function opened(snapshot: Snapshot = busy({ hearing })) {
  const window = await open(snapshot);
  await window.user.click(byId("talkgroups"));
  await settled();
  const keys = async (text: string) => {
    await window.user.keyboard(text);
    await settled();
  };
  const menuOf = async (name: string | RegExp) => {
    screen.getByRole("treeitem", { name }).focus();
    await keys("{Shift>}{F10}{/Shift}");
    await screen.findByRole("menu", { hidden: true });
  };
  return { ...window, keys, menuOf };
}
// A menu may still be on its way to its place, and is not seen before.
const choice = async (text: string | RegExp): Promise<HTMLElement> =>
  await screen.findByText(text, { selector: "[role=menuitemradio]" }, { timeout: 5000 });
const line = (name: string | RegExp): HTMLElement => screen.getByRole("treeitem", { name });

describe("how talkgroups are heard", () => {
  test("is as usual where nothing is chosen, and told for one server at a time", () => {
    expect([40, 41, 42].map((id) => priorityOf(hearing, key(id)))).toEqual(["high", "low", "normal"]);
    expect(priorityOf(hearing, null)).toBe("normal");
    expect(mixOf(hearing, key(41))).toEqual({ balance: 0, offsetDb: 0 });
    expect(systemMixOf(hearing, { server: 1, system: 8 })).toEqual({ balance: 0, offsetDb: -6 });
    expect([...heardAt(hearing, 2).priorities]).toEqual([[42, "high"]]);
    expect([...heardAt(hearing, 1).systems.keys()]).toEqual([8]);
  });

  test("is said in words where it is not as usual", () => {
    expect(mixWords(undefined)).toBe("");
    expect(mixWords({ balance: 1, offsetDb: 0 })).toBe("Right");
    expect(mixWords({ balance: -0.5, offsetDb: 3 })).toBe("Left 50 %, +3 dB");
  });

  test("goes one priority up or down, and offers what is chosen even if nobody offers it", () => {
    expect(nextPriority("low", 1)).toBe("normal");
    expect(nextPriority("high", 1)).toBeNull();
    expect(nextPriority("normal", -1)).toBe("low");
    expect(withChosen([0, 1], 0.3)).toEqual([0, 1, 0.3]);
    expect(withChosen([0, 1], 1)).toEqual([0, 1]);
  });
});

describe("the list of talkgroups", () => {
  test("shows and says who goes first or last, on which side and how loud, of systems too", async () => {
    await opened();
    const fire = line(/^Fire Dispatch, .*, high priority, Left 50 %, \+3 dB$/);
    expect(within(fire).getByTestId("priority-mark")).toHaveAttribute("data-priority", "high");
    expect(within(fire).getByTestId("mix")).toHaveTextContent("Left 50 %, +3 dB");
    expect(within(line(/^Police Main, .*, low priority$/)).getByTestId("priority-mark")).toBeVisible();
    expect(within(line(/^EMS Dispatch/)).queryByTestId("priority-mark")).toBeNull();
    expect(line(/^Harbor Transit, −6 dB, 2 of 2 on$/)).toBeVisible();
    const { violations } = await axe.run(byId("talkgroups-panel"), { rules: { "color-contrast": { enabled: false } } });
    expect(violations).toEqual([]);
  });

  test("has a priority in the menu of a talkgroup, by keyboard alone", async () => {
    const { keys, menuOf, sent } = await opened();
    await menuOf(/^Police Main/);
    byId("priority").focus();
    await keys("{ArrowRight}");
    const low = await choice(/Low/);
    expect(low).toBeChecked();
    (await choice(/High/)).focus();
    await keys("{Enter}");
    expect(sent).toEqual([{ kind: "prioritise", talkgroup: key(41), priority: "high" }]);
  });

  test("keeps the menu open while a balance and a volume are tried, each without changing the other", async () => {
    const { keys, menuOf, sent } = await opened();
    await menuOf(/^Fire Dispatch/);
    byId("offset").focus();
    await keys("{ArrowRight}");
    const louder = await choice("+9 dB");
    expect(await choice("+3 dB")).toBeChecked();
    louder.focus();
    await keys("{Enter}");
    expect(sent).toEqual([{ kind: "mixTalkgroup", talkgroup: key(40), mix: { balance: -0.5, offsetDb: 9 } }]);
    expect(louder).toBeInTheDocument();
    await keys("{ArrowLeft}");
    byId("balance").focus();
    await keys("{ArrowRight}");
    const right = await choice("Right");
    right.focus();
    await keys("{Enter}");
    expect(sent.at(-1)).toEqual({ kind: "mixTalkgroup", talkgroup: key(40), mix: { balance: 1, offsetDb: 3 } });
  });

  test("has balance and volume in the menu of a system, and no priority", async () => {
    const { keys, menuOf, sent } = await opened();
    await menuOf(/^Harbor Transit/);
    expect(screen.queryByTestId("priority")).toBeNull();
    byId("offset").focus();
    await keys("{ArrowRight}");
    (await choice("0 dB")).focus();
    await keys("{Enter}");
    const system = { server: 1, system: 8 };
    expect(sent).toEqual([{ kind: "mixSystem", system, mix: { balance: 0, offsetDb: 0 } }]);
  });
});

describe("the calls", () => {
  test("show and say whose talkgroup goes first", async () => {
    const handlers = {
      server: null,
      onbookmark: () => undefined,
      onplay: () => undefined,
      onmenu: () => undefined,
      onfocus: () => undefined,
    };
    const place = { next: false, paused: false, fresh: false, current: true, divided: false, position: 1, count: 1 };
    const shown = { look: "dark" as const, today: "", time12h: false, row: row(200) };
    const { rerender } = render(FeedRow, { ...handlers, ...place, ...shown, priority: "normal" });
    expect(screen.queryByTestId("priority-mark")).toBeNull();
    await rerender({ priority: "high" });
    const item = screen.getByRole("listitem", { name: /, high priority$/ });
    expect(within(item).getByTestId("priority-mark")).toHaveAttribute("title", "high priority");
  });

  test("hear at once of what is chosen", async () => {
    const { mirror, tell } = await open(busy());
    await tell(updateOf(101, { kind: "hearingChanged", hearing }));
    expect(mirror.state?.hearing).toEqual(hearing);
  });

  test("are raised and lowered with keys, the second of two quick presses from where the first led", async () => {
    const { sent, user } = await open(busy());
    await user.keyboard("{Shift>}e{/Shift}ee");
    const talkgroup = busy().playback.row!.talkgroup!;
    expect(sent).toEqual(
      (["low", "normal", "high"] as const).map((priority) => ({
        kind: "prioritise",
        talkgroup: key(talkgroup),
        priority,
      })),
    );
    await user.keyboard("e");
    expect(sent).toHaveLength(3);
  });
});

describe("the settings", () => {
  test("have how long to wait for an answer, and say what that means", async () => {
    const { sent, showSettings, user } = await open(busy());
    showSettings();
    await screen.findByRole("dialog", { name: "Settings" });
    expect(screen.getByRole("radio", { name: "Do not wait" })).toBeChecked();
    expect(byId("what-follow")).toHaveTextContent(/nobody longer than a minute/);
    await user.click(screen.getByRole("radio", { name: "Up to 5 seconds" }));
    expect(sent).toEqual([{ kind: "change", setting: { name: "follow", seconds: 5 } }]);
  });
});
