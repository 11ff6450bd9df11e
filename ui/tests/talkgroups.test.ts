// The panel in which talkgroups are chosen.
import { screen, within } from "@testing-library/svelte";
import axe from "axe-core";
import { tick } from "svelte";
import { describe, expect, test, vi } from "vitest";

import type { DirectoryView } from "../src/generated/DirectoryView";
import type { SelectionView } from "../src/generated/SelectionView";
import type { Snapshot } from "../src/generated/Snapshot";
import { byId, open } from "./open";
import { room } from "./room";
import {
  busy,
  directory,
  listed,
  playback,
  problem,
  quiet,
  row,
  selection,
  server,
  signedOut,
  updateOf,
  vast,
} from "./town";

room();

const settled = async (): Promise<void> => {
  for (let i = 0; i < 8; i += 1) await tick();
};
/** The window with the panel open over what a server lists. */
async function opened(snapshot: Snapshot = busy(), list: DirectoryView | null = null) {
  const window = await open(snapshot);
  if (list) window.core.talkgroups.mockResolvedValue(list);
  await window.user.click(byId("talkgroups"));
  await settled();
  const keys = async (text: string) => {
    await window.user.keyboard(text);
    await settled();
  };
  let revision = 100;
  const choose = async (selection: SelectionView) => {
    await window.tell(updateOf((revision += 1), { kind: "selectionChanged", selection }));
    await settled();
  };
  const next = () => (revision += 1);
  return { ...window, keys, choose, next };
}
const lines = (): string[] =>
  screen.queryAllByRole("treeitem").map((line) => line.getAttribute("aria-label")?.split(",")[0] ?? "");
const line = (name: string | RegExp): HTMLElement => screen.getByRole("treeitem", { name });
// A menu may still be on its way to its place, and is not seen before.
const inMenu = async (text: string): Promise<HTMLElement> =>
  within(await screen.findByRole("menu", { hidden: true })).findByText(text);
const focused = (): string => document.activeElement?.getAttribute("aria-label")?.split(",")[0] ?? "";

describe("the panel of talkgroups", () => {
  test("opens with its button or T, has the focus in the search, and gives it back", async () => {
    const { core, keys, user } = await opened();
    expect(core.talkgroups).toHaveBeenCalledExactlyOnceWith(1);
    expect(byId("talkgroups-search")).toHaveFocus();
    expect(byId("talkgroups")).toHaveAttribute("aria-expanded", "true");
    await keys("{Escape}");
    expect(screen.queryByTestId("talkgroups-panel")).toBeNull();
    expect(byId("talkgroups")).toHaveFocus();
    byId("live").focus();
    await keys("t");
    expect(byId("talkgroups-search")).toHaveFocus();
    await user.click(byId("talkgroups-close"));
    await settled();
    expect(byId("live")).toHaveFocus();
    await keys("tt");
    // The second T was typed into the search.
    expect(byId("talkgroups-search")).toHaveValue("t");
  });

  test("asks again only for a list that was sent anew: it opens at once the second time", async () => {
    const { core, user, tell, next } = await opened();
    await user.keyboard("{Escape}");
    await user.keyboard("t");
    await settled();
    expect(lines().length).toBeGreaterThan(0);
    expect(core.talkgroups).toHaveBeenCalledOnce();
    const [server] = busy().servers;
    await tell(updateOf(next(), { kind: "serverChanged", server: { ...server!, directory: server!.directory + 1 } }));
    await settled();
    expect(core.talkgroups).toHaveBeenCalledTimes(2);
  });

  test("covers the calls, which are out of reach meanwhile, where there is no room for both", async () => {
    const { keys } = await opened();
    // jsdom does not know what inert does, nor the attribute's name.
    const calls = byId("feed").closest<HTMLElement>(".calls")!;
    expect(calls.inert).toBe(true);
    await keys("{Escape}");
    expect(calls.inert).toBe(false);
  });

  test("shows the talkgroups by system, group or tag", async () => {
    const { user } = await opened();
    expect(lines()).toEqual([
      "Harbor County P25",
      "Fire Dispatch",
      "Police Main",
      "EMS Dispatch and Hospital",
      "Public Works",
      "Fireground Tactical 1",
      "Harbor Transit",
      "Tram Operations",
      "Bus Operations",
      "Harbor Airport",
      "Airport Ground and Ramp Coordination West",
    ]);
    await user.click(byId("by-tag"));
    await settled();
    expect(lines().slice(0, 4)).toEqual([
      "Air",
      "Airport Ground and Ramp Coordination West",
      "EMS",
      "EMS Dispatch and Hospital",
    ]);
    await user.click(byId("by-group"));
    await settled();
    expect(lines()[0]).toBe("Air group");
  });

  test("says of each what it is, and where it stands among its own", async () => {
    await opened();
    const fire = line(/^Fire Dispatch, FD Disp · 5001 · Fire group · Fire$/);
    expect(fire).toHaveAttribute("aria-level", "2");
    expect(fire).toHaveAttribute("aria-checked", "true");
    expect([fire.getAttribute("aria-posinset"), fire.getAttribute("aria-setsize")]).toEqual(["1", "5"]);
    const county = line(/^Harbor County P25, 5 of 5 on$/);
    expect(county).toHaveAttribute("aria-level", "1");
    expect(county).toHaveAttribute("aria-expanded", "true");
  });

  test("switches a talkgroup, a section, and all", async () => {
    const { choose, sent, user } = await opened();
    await user.click(line(/^Police Main/));
    expect(sent.at(-1)).toEqual({ kind: "switch", server: 1, talkgroups: [41], on: false });
    await choose(selection({ off: [{ server: 1, talkgroups: [41] }] }));
    expect(line(/^Police Main/)).toHaveAttribute("aria-checked", "false");
    const county = line(/^Harbor County P25, 4 of 5 on/);
    expect(county).toHaveAttribute("aria-checked", "mixed");
    expect(byId("talkgroups-on")).toHaveTextContent("7 of 8 on");
    await user.click(within(county).getByTestId("section-switch"));
    expect(sent.at(-1)).toEqual({ kind: "switch", server: 1, talkgroups: [40, 41, 42, 45, 46], on: true });
    await user.click(byId("all-off"));
    expect(sent.at(-1)).toEqual({ kind: "switch", server: 1, talkgroups: [40, 41, 42, 45, 46, 43, 44, 47], on: false });
    await choose(selection({ off: [{ server: 1, talkgroups: [40, 41, 42, 43, 44, 45, 46, 47] }] }));
    const before = sent.length;
    await user.click(byId("all-off"));
    expect(sent).toHaveLength(before);
    expect(line(/^Harbor Transit/)).toHaveAttribute("aria-checked", "false");
    await user.click(byId("all-on"));
    expect(sent.at(-1)).toMatchObject({ kind: "switch", on: true });
  });

  test("switches back the second of two quick presses", async () => {
    const { sent, user } = await opened();
    await user.dblClick(line(/^Police Main/));
    expect(sent.map((one) => one.kind === "switch" && one.on)).toEqual([false, true]);
  });

  test("shows what is held, avoided and new, and counts down for the eye only", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { choose } = await opened();
    await choose(
      selection({
        talkgroup: { key: { server: 1, talkgroup: 40 }, name: "Fire Dispatch" },
        system: { key: { server: 1, system: 8 }, name: "Harbor Transit" },
        avoided: [
          { key: { server: 1, talkgroup: 41 }, name: "Police Main", leftMs: 29 * 60_000 + 41_000 },
          { key: { server: 1, talkgroup: 42 }, name: "EMS", leftMs: null },
        ],
        fresh: [{ server: 1, talkgroup: 43 }],
      }),
    );
    expect(line(/^Fire Dispatch, .*, held$/)).toHaveAttribute("aria-checked", "true");
    expect(line(/^Harbor Transit, held, 2 of 2 on$/)).toBeVisible();
    expect(line(/^Tram Operations, .*, new$/)).toBeVisible();
    const avoided = line(/^Police Main, .*, avoid, 30 min$/);
    expect(avoided).toHaveAttribute("aria-checked", "false");
    const left = () => within(avoided).getByTestId("avoid-left").dataset["left"];
    expect(left()).toMatch(/^29:4[01]$/);
    vi.advanceTimersByTime(10_000);
    await settled();
    expect(left()).toMatch(/^29:3[01]$/);
    expect(line(/^EMS Dispatch and Hospital, .*, avoid, until released$/)).toBeVisible();
    expect(line(/^Harbor County P25, 3 of 5 on/)).toHaveAttribute("aria-checked", "mixed");
    vi.useRealTimers();
  });
});

describe("searching the talkgroups", () => {
  test("finds them as somebody types, says how many, and switches what was found", async () => {
    const { keys, sent, user } = await opened();
    await keys("fire");
    expect(lines()).toEqual(["Harbor County P25", "Fire Dispatch", "Fireground Tactical 1"]);
    expect(byId("talkgroups-found")).toHaveTextContent("2 of 8");
    expect(screen.getByText("2 of 8 talkgroups found")).toBeInTheDocument();
    expect(byId("all-off")).toHaveTextContent("2 found: off");
    await user.click(byId("all-off"));
    expect(sent).toEqual([{ kind: "switch", server: 1, talkgroups: [40, 46], on: false }]);
    await user.click(byId("talkgroups-search"));
    await keys("{Escape}");
    expect(lines()).toHaveLength(11);
    expect(byId("talkgroups-panel")).toBeVisible();
  });

  test("says when nothing is called like that, and goes back with a button", async () => {
    const { keys, user } = await opened();
    await keys("<b>");
    expect(byId("talkgroups-lacking")).toHaveTextContent("No talkgroup is called anything like “<b>”.");
    await user.click(byId("talkgroups-action"));
    await settled();
    expect(lines()).toHaveLength(11);
    expect(byId("talkgroups-search")).toHaveFocus();
  });

  test("is where letters go that are pressed in the list, and no shortcut has them", async () => {
    const { keys, sent } = await opened();
    await keys("{ArrowDown}");
    expect(focused()).toBe("Harbor County P25");
    await keys("h");
    expect(byId("talkgroups-search")).toHaveValue("h");
    await keys("arbor");
    expect(byId("talkgroups-search")).toHaveValue("harbor");
    await keys("{ArrowDown}{Backspace}");
    expect(byId("talkgroups-search")).toHaveValue("harbo");
    expect(byId("talkgroups-search")).toHaveFocus();
    expect(sent).toEqual([]);
  });
});

describe("in the list of talkgroups", () => {
  test("the arrows walk, fold and unfold; Home and End go to its ends", async () => {
    const { keys, sent } = await opened();
    await keys("{ArrowDown}{ArrowDown}");
    expect(focused()).toBe("Fire Dispatch");
    await keys("{ArrowLeft}");
    expect(focused()).toBe("Harbor County P25");
    await keys("{ArrowLeft}");
    expect(line(/^Harbor County P25/)).toHaveAttribute("aria-expanded", "false");
    expect(focused()).toBe("Harbor County P25");
    await keys("{ArrowDown}");
    expect(focused()).toBe("Harbor Transit");
    await keys("{ArrowUp}{ArrowRight}");
    expect(line(/^Harbor County P25/)).toHaveAttribute("aria-expanded", "true");
    await keys("{ArrowRight}");
    expect(focused()).toBe("Fire Dispatch");
    await keys("{End}");
    expect(focused()).toBe("Airport Ground and Ramp Coordination West");
    await keys("{Home}");
    expect(focused()).toBe("Harbor County P25");
    expect(sent).toEqual([]);
  });

  test("Space switches the line, once however long it is held", async () => {
    const { keys, sent } = await opened();
    await keys("{ArrowDown}{ArrowDown}{ >3/}");
    expect(sent).toEqual([{ kind: "switch", server: 1, talkgroups: [40], on: false }]);
    await keys("{Home} ");
    expect(sent.at(-1)).toEqual({ kind: "switch", server: 1, talkgroups: [40, 41, 42, 45, 46], on: true });
  });

  test("the pointer folds a section by its name and keeps the place", async () => {
    const { keys, user } = await opened();
    await keys("{ArrowDown}{ArrowDown}{ArrowDown}");
    expect(focused()).toBe("Police Main");
    await user.click(screen.getByText("Harbor County P25", { selector: "bdi" }));
    await settled();
    expect(lines()[1]).toBe("Harbor Transit");
    expect(screen.getAllByRole("treeitem").filter((one) => one.tabIndex === 0)).toHaveLength(1);
    await user.click(byId("fold-all"));
    await settled();
    expect(lines()).toEqual(["Harbor County P25", "Harbor Transit", "Harbor Airport"]);
    await user.click(byId("fold-all"));
    await settled();
    expect(lines()).toHaveLength(11);
  });

  test("the focus stays when the server sends another list, and goes to a neighbour where its line is gone", async () => {
    const { core, keys, next, tell } = await opened();
    await keys("{ArrowDown}{ArrowDown}{ArrowDown}");
    expect(focused()).toBe("Police Main");
    const [county, ...others] = directory().systems;
    const without = (...gone: number[]) =>
      directory({
        systems: [{ ...county!, talkgroups: county!.talkgroups.filter(({ id }) => !gone.includes(id)) }, ...others],
      });
    const resend = async (list: DirectoryView, edition: number) => {
      core.talkgroups.mockResolvedValue(list);
      await tell(updateOf(next(), { kind: "serverChanged", server: server({ directory: edition }) }));
      await settled();
    };
    await resend(without(40), 2);
    expect(focused()).toBe("Police Main");
    await resend(without(40, 41), 3);
    expect(focused()).toBe("EMS Dispatch and Hospital");
    await resend(directory({ systems: [] }), 4);
    expect(byId("talkgroups-search")).toHaveFocus();
  });

  test("a menu holds, avoids and notifies, from the keyboard and by a right click", async () => {
    const { keys, sent, user } = await opened();
    await keys("{ArrowDown}{ArrowDown}{Shift>}{F10}{/Shift}");
    expect(await screen.findByRole("menu", { hidden: true })).toHaveAttribute("aria-label", "Fire Dispatch");
    await user.click(screen.getByText("1 hour"));
    const talkgroup = { server: 1, talkgroup: 40 };
    expect(sent.at(-1)).toEqual({ kind: "avoid", talkgroup, minutes: 60 });
    await vi.waitFor(() => expect(focused()).toBe("Fire Dispatch"));
    await user.pointer({ keys: "[MouseRight]", target: line(/^Fire Dispatch/) });
    await user.click(await inMenu("Hold talkgroup"));
    expect(sent.at(-1)).toEqual({ kind: "holdTalkgroup", talkgroup });
    await user.pointer({ keys: "[MouseRight]", target: line(/^Fire Dispatch/) });
    await user.click(await inMenu("Notify me of calls"));
    expect(sent.at(-1)).toEqual({ kind: "alertTalkgroup", talkgroup, on: true });
    await user.click(screen.getByRole("button", { name: "More for Harbor Transit", hidden: true }));
    await user.click(await inMenu("Hold system"));
    expect(sent.at(-1)).toEqual({ kind: "holdSystem", system: { server: 1, system: 8 } });
  });
});

describe("new talkgroups", () => {
  const fresh = [43, 44].map((talkgroup) => ({ server: 1, talkgroup }));

  test("are counted at the button, shown alone, and kept", async () => {
    const { choose, keys, sent, user } = await opened(busy({ selection: selection({ fresh }) }));
    expect(byId("talkgroups")).toHaveAccessibleName("Talkgroups, 2 new");
    const note = byId("talkgroups-fresh");
    expect(note).toHaveTextContent("2 new talkgroups are heard. Keep them?");
    await user.click(within(note).getByRole("button", { name: "Show" }));
    await settled();
    expect(lines()).toEqual(["Harbor Transit", "Tram Operations", "Bus Operations"]);
    await user.click(byId("keep-fresh"));
    expect(sent).toEqual([{ kind: "acknowledge", server: 1 }]);
    await choose(selection());
    expect(screen.queryByTestId("talkgroups-fresh")).toBeNull();
    expect(lines()).toHaveLength(11);
    await keys("{Escape}");
    expect(byId("talkgroups")).toHaveAccessibleName("Talkgroups");
  });

  test("are what the panel begins with, and those of another server are not shown here", async () => {
    const servers = [server(), server({ id: 2, name: "Ridge" })];
    const { user } = await opened(busy({ servers, selection: selection({ fresh: [{ server: 2, talkgroup: 43 }] }) }));
    expect(byId("talkgroups-server")).toHaveDisplayValue("Ridge");
    expect(byId("talkgroups-fresh")).toHaveTextContent("1 new talkgroup is heard. Keep it?");
    await user.selectOptions(byId("talkgroups-server"), "Harbor County");
    await settled();
    expect(screen.queryByTestId("talkgroups-fresh")).toBeNull();
  });
});

describe("the list of talkgroups", () => {
  const two = [server(), server({ id: 2, name: "Ridge", selectionKept: "computer" })];

  test("is of one server at a time, first of the one that is heard", async () => {
    const heard = playback({ row: row(200, { key: { server: 2, call: 200 } }) });
    const { core, user } = await opened(busy({ servers: two, playback: heard }));
    expect(core.talkgroups).toHaveBeenCalledExactlyOnceWith(2);
    expect(byId("talkgroups-server")).toHaveDisplayValue("Ridge");
    expect(byId("selection-kept")).toHaveTextContent("Kept on this computer.");
    await user.selectOptions(byId("talkgroups-server"), "Harbor County");
    await settled();
    expect(core.talkgroups).toHaveBeenLastCalledWith(1);
    expect(byId("selection-kept")).toHaveTextContent("Kept in your account at Harbor County.");
  });

  test("that comes late is not shown for another server", async () => {
    const window = await open(busy({ servers: two }));
    let late: (list: DirectoryView) => void = () => undefined;
    window.core.talkgroups.mockImplementationOnce(() => new Promise((come) => (late = come)));
    await window.user.click(byId("talkgroups"));
    expect(byId("talkgroups-lacking")).toHaveTextContent("Fetching the list of talkgroups");
    window.core.talkgroups.mockResolvedValueOnce(directory({ server: 2, systems: directory().systems.slice(1, 2) }));
    await window.user.selectOptions(byId("talkgroups-server"), "Ridge");
    await settled();
    late(directory());
    await settled();
    expect(lines()[0]).toBe("Harbor Transit");
  });

  test("is fetched again only when the server sends another one", async () => {
    const { core, next, tell } = await opened();
    await tell(updateOf(next(), { kind: "serverChanged", server: server({ listeners: 15 }) }));
    await settled();
    expect(core.talkgroups).toHaveBeenCalledOnce();
    await tell(updateOf(next(), { kind: "serverChanged", server: server({ directory: 2 }) }));
    await settled();
    expect(core.talkgroups).toHaveBeenCalledTimes(2);
  });

  test("says why it did not come, and is asked for again", async () => {
    const window = await open(busy());
    window.core.talkgroups.mockRejectedValueOnce(problem("notPossible", "This server is gone."));
    await window.user.click(byId("talkgroups"));
    await settled();
    const lacking = byId("talkgroups-lacking");
    expect(lacking).toHaveTextContent("The list of talkgroups could not be fetched. This server is gone.");
    await window.user.click(byId("talkgroups-action"));
    await settled();
    expect(lines()).toHaveLength(11);
  });

  test("of before stays while the new one does not come", async () => {
    const { core, next, tell, user } = await opened();
    core.talkgroups.mockRejectedValueOnce("no problem at all");
    await tell(updateOf(next(), { kind: "serverChanged", server: server({ directory: 2 }) }));
    await settled();
    expect(lines()).toHaveLength(11);
    expect(byId("talkgroups-old")).toHaveTextContent("The program did not answer. Try again.");
    await user.click(within(byId("talkgroups-old")).getByRole("button"));
    await settled();
    expect(screen.queryByTestId("talkgroups-old")).toBeNull();
  });

  test.each([
    [{ link: { kind: "connecting" } } as const, "Connect now", { kind: "reconnect", server: 1 }],
    [{ account: signedOut() }, "See what it needs", null],
  ])("is not there yet with %j, and the button is: %s", async (change, button, command) => {
    const { core, sent, user } = await opened(busy({ servers: [server({ ...change, directory: 0 })] }));
    expect(core.talkgroups).not.toHaveBeenCalled();
    expect(byId("talkgroups-lacking")).toHaveTextContent("No talkgroups of Harbor County are known yet.");
    await user.click(screen.getByRole("button", { name: button }));
    await settled();
    if (command) expect(sent).toEqual([command]);
    else expect(byId("server-panel")).toBeVisible();
  });

  test("can be empty, and the server be asked again", async () => {
    const { sent, user } = await opened(quiet({ rows: [row(1)] }), directory({ systems: [] }));
    expect(byId("talkgroups-lacking")).toHaveTextContent("Harbor County lists no talkgroups.");
    await user.click(byId("talkgroups-action"));
    expect(sent).toEqual([{ kind: "reconnect", server: 1 }]);
  });

  test("says when the server did not take a change", async () => {
    await opened(busy({ servers: [server({ selectionKept: "failed" })] }));
    expect(byId("selection-kept")).toHaveTextContent("Harbor County did not take the last change.");
  });

  test("shows hostile names as they are written", async () => {
    const names = ["<b>bold</b>", "\u202eesrever", `${"x".repeat(10_000)}`, ""];
    const talkgroups = names.map((name, i) => listed(i + 1, "", { name, color: "red;}" }));
    const systems = [{ id: 1, number: 1, label: "<script>alert(1)</script>", color: "url(x)", talkgroups }];
    const { container, user } = await opened(busy(), directory({ systems }));
    expect(container.querySelector("script, b b")).toBeNull();
    expect(screen.getByText("<script>alert(1)</script>", { selector: "bdi" })).toBeVisible();
    expect(screen.getByText("<b>bold</b>", { selector: "bdi" })).toBeVisible();
    expect(line(/^Talkgroup 1004/)).toBeVisible();
    await user.click(byId("by-group"));
    await settled();
    expect(lines()[0]).toBe("(No group)");
  });

  test("of twenty thousand is folded, draws what can be seen, and stays in reach of the keys", async () => {
    const { keys, user } = await opened(busy(), vast());
    expect(lines().length).toBeLessThan(41);
    expect(line(/^County 1, 500 of 500 on/)).toHaveAttribute("aria-setsize", "40");
    await user.click(byId("fold-all"));
    await settled();
    expect(screen.getAllByRole("treeitem").length).toBeLessThan(60);
    await user.click(byId("talkgroups-search"));
    await keys("obras 7-13");
    expect(byId("talkgroups-found")).toHaveTextContent(/^\d+ of 20,000$/);
    expect(lines()[0]).toMatch(/^County/);
  });

  test("has nothing that axe finds wrong, nor has what is there without one", async () => {
    const fresh = [{ server: 1, talkgroup: 43 }];
    const { container, keys } = await opened(busy({ servers: two, selection: selection({ fresh }) }));
    const wrong = async () => {
      const { passes, violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
      expect(passes.some(({ id }) => id === "aria-required-attr")).toBe(true);
      return violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
    };
    expect(await wrong()).toEqual([]);
    await keys("nothing like that");
    expect(await wrong()).toEqual([]);
  });
});
