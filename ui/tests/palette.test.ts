import { screen, waitFor, within } from "@testing-library/svelte";
import axe from "axe-core";
import { describe, expect, test } from "vitest";

import { ACTION_IDS, type ActionId, type Facts } from "../src/actions";
import { runLine, type LineId } from "../src/palette/lines";
import { sectionsOf, withRecent } from "../src/palette/search";
import { apply, type State } from "../src/state";
import { byId, open, openSettings } from "./open";
import { busy, onCard, playback, quiet, selection, snapshotOf, updateOf } from "./town";

const facts = (snapshot = busy()): Facts => ({
  state: apply(null, snapshotOf(snapshot), 0) as State,
  volumeDb: 0,
  update: null,
  chosen: 0,
  exporting: false,
  begun: true,
});
const found = (query: string, at = facts()): LineId[] =>
  sectionsOf(query, at, []).flatMap((section) => section.lines.map((line) => line.id));

describe("searching commands", () => {
  test.each<[string, ActionId]>([
    ["mute", "mute"],
    ["SKIP", "skip"],
    ["look dark", "themeDark"],
    ["theme light", "themeLight"],
    ["sign out", "servers"],
    ["preferences", "settings"],
    ["volume up", "louder"],
    ["hotkeys", "help"],
    ["2 hours", "avoidTwoHours"],
    ["bug", "report"],
    ["exit", "quit"],
    // Found in the middle, with case and accents, and without the apostrophe.
    ["tificatio", "alerts"],
    ["Séttings", "settings"],
    ["talkgroups calls", "notify"],
    ["channels", "talkgroups"],
    ["preset", "presets"],
    ["save", "savePreset"],
  ])("%s finds %s first", (query, id) => expect(found(query)[0]).toBe(id));

  test("finds by what it would do now, and to what", () => {
    expect(found("pause")[0]).toBe("pause");
    const { listening } = busy();
    expect(found("resume", facts(busy({ listening: { ...listening, paused: true } })))[0]).toBe("pause");
    expect(found(onCard.title)).toContain("hold");
  });

  test("has the whole name before its beginning, that before a word's, and that before other words", () => {
    const order = found("avoid");
    expect(order.slice(0, 4)).toEqual(["avoid", "avoidHour", "avoidTwoHours", "avoidUntilReleased"]);
    expect(order.indexOf("releaseAll")).toBeGreaterThan(order.indexOf("avoidUntilReleased"));
    expect(found("ser")[0]).toBe("servers");
    expect(found("servers")[0]).toBe("servers");
  });

  test("finds nothing by what is in no name, and by one letter only beginnings", () => {
    expect(found("xyzzy")).toEqual([]);
    expect(found("mute xyzzy")).toEqual([]);
    expect(found("q")).toEqual(["quieter", "quit", "mute", "alerts"]);
  });

  test("without a query offers all, what was used last first and once", () => {
    expect(found(" ")).toEqual(ACTION_IDS.filter((id) => id !== "palette"));
    const [used, all] = sectionsOf("", facts(), ["mute", "skip"]);
    expect(used?.lines.map((line) => line.id)).toEqual(["mute", "skip"]);
    expect(all?.lines.map((line) => line.id)).not.toContain("skip");
    expect([used?.name, all?.name]).toEqual(["Used last", "All"]);
  });

  test("says why what is not possible is not", () => {
    const line = sectionsOf("skip", facts(quiet()), [])[0]?.lines[0];
    expect(line).toMatchObject({ id: "skip", name: "Skip this call", about: "Nothing plays now.", possible: false });
  });

  test("remembers the last five, each once", () => {
    const used: LineId[] = ["pause", "skip", "mute", "live", "hold", "avoid", "mute"];
    expect(used.reduce(withRecent, [] as readonly LineId[])).toEqual(["mute", "avoid", "hold", "live", "skip"]);
  });
});

describe("presets among the commands", () => {
  const presets = [
    { id: 1, name: "Night", active: false },
    { id: 2, name: "Fire only", active: true },
    { id: 7, name: "Plan Nord-Ouest", active: false },
  ];
  const kept = facts(busy({ selection: selection({ presets }) }));
  const run = (id: LineId, at: Facts): unknown[] => {
    const sent: unknown[] = [];
    const no = (): void => undefined;
    const wish = (command: unknown): void => void sent.push(command);
    const none = {
      volume: no,
      show: no,
      look: no,
      share: no,
      save: no,
      export: no,
      name: no,
      checkForUpdates: no,
      quit: no,
    };
    runLine(id, { wish, ...none }, at);
    return sent;
  };

  test.each([
    ["night", "preset-1"],
    ["apply fire", "preset-2"],
    ["nord", "preset-7"],
    ["scan ouest", "preset-7"],
  ])("%s finds %s first", (query, id) => expect(found(query, kept)[0]).toBe(id));

  test("come after the actions, and among what was used last until they are removed", () => {
    const names = (recent: LineId[], at = kept) =>
      sectionsOf("", at, recent).map(({ name, lines }) => [name, lines.map((line) => line.id)]);
    const all = ACTION_IDS.filter((id) => id !== "palette");
    expect(names([])).toEqual([
      ["All", all],
      ["Presets", ["preset-1", "preset-2", "preset-7"]],
    ]);
    expect(names(["preset-7"])[0]).toEqual(["Used last", ["preset-7"]]);
    expect(names(["preset-7"])[2]).toEqual(["Presets", ["preset-1", "preset-2"]]);
    expect(names(["preset-7"], facts())).toEqual([[null, all]]);
  });

  test("are applied, except what is chosen already, what is gone, and before there is a server", () => {
    expect(run("preset-1", kept)).toEqual([{ kind: "applyPreset", id: 1 }]);
    expect(run("preset-2", kept)).toEqual([]);
    expect(run("preset-3", kept)).toEqual([]);
    expect(run("preset-1", { ...kept, begun: false })).toEqual([]);
    const why = (at: Facts) => sectionsOf("fire only", at, [])[0]?.lines[0]?.about;
    expect(why(kept)).toBe("That is what is chosen now.");
    expect(why({ ...kept, begun: false })).toBe("Possible once you listen to a server.");
  });
});

describe("the palette", () => {
  const opened = async (snapshot = busy()) => {
    const view = await open(snapshot);
    await view.user.keyboard("{Control>}k{/Control}");
    await screen.findByTestId("palette");
    return view;
  };
  const gone = () => waitFor(() => expect(screen.queryByTestId("palette")).toBeNull());
  const field = () => screen.getByRole("combobox", { name: "Search commands" });
  const active = () => document.getElementById(field().getAttribute("aria-activedescendant") ?? "");

  test("is opened with its key, has the focus, and points at the best match", async () => {
    const { user } = await opened();
    expect(field()).toHaveFocus();
    expect(field()).toHaveAttribute("aria-controls", screen.getByRole("listbox").id);
    expect(active()).toHaveAttribute("data-action", "pause");
    await user.type(field(), "mute");
    expect(active()).toHaveAttribute("data-action", "mute");
    expect(active()).toHaveAttribute("aria-selected", "true");
    expect(screen.getAllByRole("option", { selected: true })).toHaveLength(1);
    expect(within(active()!).getByText("M")).toBeVisible();
    expect(screen.getByRole("status", { name: "" })).toHaveTextContent("1 command");
  });

  test("is walked with the arrows, round the ends, and does what Enter chooses", async () => {
    const { sent, user } = await opened();
    await user.keyboard("{ArrowDown}");
    expect(active()).toHaveAttribute("data-action", "skip");
    await user.keyboard("{ArrowUp}{ArrowUp}");
    expect(active()).toHaveAttribute("data-action", "quit");
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    await gone();
    expect(sent).toEqual([{ kind: "skip", turn: 9 }]);
  });

  test("gives the focus back, also after doing something", async () => {
    const view = await open(busy());
    byId("mute").focus();
    await view.user.keyboard("{Control>}k{/Control}");
    await screen.findByTestId("palette");
    await view.user.keyboard("{Escape}");
    await gone();
    expect(byId("mute")).toHaveFocus();
    await view.user.keyboard("{Control>}k{/Control}");
    await view.user.keyboard("live{Enter}");
    await gone();
    expect(view.sent).toEqual([{ kind: "listen", on: false }]);
    expect(byId("mute")).toHaveFocus();
  });

  test("opens what has a place of its own, from where the focus comes back to where it was", async () => {
    const view = await open(busy());
    byId("skip").focus();
    await view.user.keyboard("{Control>}k{/Control}");
    await screen.findByTestId("palette");
    await view.user.keyboard("report{Enter}");
    expect(await screen.findByRole("dialog", { name: "Report a problem" })).toBeVisible();
    await gone();
    await view.user.keyboard("{Escape}");
    await waitFor(() => expect(byId("skip")).toHaveFocus());
  });

  test("does nothing that is not possible, says why, and stays open", async () => {
    const { sent, user } = await opened(busy({ playback: playback() }));
    await user.type(field(), "skip{Enter}");
    expect(sent).toEqual([]);
    const skip = screen.getByRole("option", { name: /Skip this call.*Nothing plays now\./ });
    expect(skip).toHaveAttribute("aria-disabled", "true");
    await user.click(skip);
    expect(sent).toEqual([]);
    expect(field()).toBeVisible();
  });

  test("is used with the mouse too, and has what was used last on top", async () => {
    const { sent, user } = await opened();
    await user.click(screen.getByRole("option", { name: /^Mute/ }));
    await gone();
    expect(sent).toEqual([{ kind: "mute", on: true }]);
    await user.click(byId("palette-button"));
    const groups = await screen.findAllByRole("group", { name: /Used last|All/ });
    expect(groups.map((group) => group.getAttribute("aria-label"))).toEqual(["Used last", "All"]);
    expect(within(groups[0]!).getAllByRole("option")).toHaveLength(1);
    expect(active()).toHaveAttribute("data-action", "mute");
  });

  test("stays where it is while calls come and go", async () => {
    const { tell, user } = await opened();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(active()).toHaveAttribute("data-action", "replay");
    await tell(updateOf(101, { kind: "playbackChanged", playback: playback() }));
    expect(active()).toHaveAttribute("data-action", "replay");
    expect(active()).toHaveTextContent("Nothing has been played yet.");
  });

  test("says when nothing is found", async () => {
    const { sent, user } = await opened();
    await user.type(field(), "xyzzy");
    expect(screen.queryByRole("option")).toBeNull();
    expect(field()).not.toHaveAttribute("aria-activedescendant");
    expect(screen.getAllByText("No command is called anything like “xyzzy”.")).toHaveLength(2);
    await user.keyboard("{ArrowDown}{Enter}");
    expect(sent).toEqual([]);
  });

  test("is closed by its key too, begins anew, and leaves the panel behind it alone", async () => {
    const { user } = await open(busy());
    await user.click(byId("servers"));
    await user.click(await screen.findByTestId("add-another"));
    await user.type(byId("address"), "ridge");
    await user.keyboard("{Control>}k{/Control}");
    await screen.findByTestId("palette");
    await user.keyboard("mute{Control>}k{/Control}");
    await gone();
    await user.keyboard("{Control>}k{/Control}");
    expect(field()).toHaveValue("");
    await user.keyboard("{Escape}");
    expect(byId("address")).toHaveValue("ridge");
  });

  test("is on the first screen, and in the settings", async () => {
    const { sent, user } = await open(quiet({ servers: [] }));
    await openSettings({ user });
    await user.click(byId("commands"));
    expect(await screen.findByRole("combobox")).toHaveFocus();
    await user.type(field(), "hold{Enter}");
    expect(screen.getAllByText("Possible once you listen to a server.")[0]).toBeVisible();
    await user.clear(field());
    await user.type(field(), "look dark{Enter}");
    await gone();
    expect(sent).toEqual([{ kind: "change", setting: { name: "theme", theme: "dark" } }]);
  });

  test("goes to the newest call, which then has the focus", async () => {
    const { user } = await opened();
    await user.type(field(), "newest{Enter}");
    const newest = busy().rows[0]!.key;
    await expect.poll(() => document.activeElement?.id).toBe(`call-${newest.server}-${newest.call}`);
  });

  test("applies a preset by its name, which is shown as it is written", async () => {
    const presets = [{ id: 4, name: "<b>Night</b>", active: false }];
    const { sent, user } = await opened(busy({ selection: selection({ presets }) }));
    await user.type(field(), "night");
    expect(active()).toHaveTextContent("Apply the preset “<b>Night</b>”");
    await user.keyboard("{Enter}");
    await gone();
    expect(sent).toEqual([{ kind: "applyPreset", id: 4 }]);
  });

  test("saves a preset without the list of talkgroups, and gives the focus back", async () => {
    const view = await open(busy());
    byId("skip").focus();
    await view.user.keyboard("{Control>}k{/Control}");
    await screen.findByTestId("palette");
    await view.user.keyboard("save{Enter}");
    await waitFor(() => expect(screen.queryByTestId("preset-name")).toHaveFocus());
    await gone();
    await view.user.keyboard("Night{Enter}");
    expect(view.sent).toEqual([{ kind: "savePreset", name: "Night" }]);
    await waitFor(() => expect(byId("skip")).toHaveFocus());
    await waitFor(() => expect(screen.queryByTestId("presets-dialog")).toBeNull());
    expect(screen.queryByTestId("talkgroups-panel")).toBeNull();
  });

  test("opens the list of talkgroups and closes it, and the focus goes with it", async () => {
    const { user } = await opened();
    await user.type(field(), "channels{Enter}");
    await gone();
    await waitFor(() => expect(byId("talkgroups-search")).toHaveFocus());
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByTestId("palette-search"), "channels{Enter}");
    await gone();
    expect(screen.queryByTestId("talkgroups-panel")).toBeNull();
  });

  test.each([
    ["servers", "dialog", "Servers"],
    ["settings", "dialog", "Settings"],
    ["text size", "dialog", "Settings"],
    ["licence", "dialog", "Settings"],
    ["notifications", "dialog", "Notifications"],
    ["hotkeys", "dialog", "Keyboard"],
    ["presets", "menu", "Presets"],
  ])("%s opens, and has the focus", async (query, role, name) => {
    const { user } = await opened();
    await user.type(field(), `${query}{Enter}`);
    const there = await screen.findByRole(role, { name });
    await expect.poll(() => there.contains(document.activeElement)).toBe(true);
    expect(screen.queryByTestId("palette")).toBeNull();
  });

  test("adds a server, looks for a newer Squelch, and quits", async () => {
    const { core, user } = await opened();
    await user.type(field(), "upgrade{Enter}");
    await gone();
    expect(core.lookForUpdate).toHaveBeenCalledOnce();
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByTestId("palette-search"), "add a server{Enter}");
    await waitFor(() => expect(byId("address")).toHaveFocus());
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByTestId("palette-search"), "quit{Enter}");
    await gone();
    expect(core.close).toHaveBeenCalledWith("quit");
  });

  test("breaks no rule of accessibility, with and without something typed", async () => {
    const { user } = await opened(busy({ playback: playback() }));
    // Colours are looked at in the real window; nothing is drawn here.
    const look = async () =>
      (await axe.run(byId("palette"), { rules: { "color-contrast": { enabled: false } } })).violations;
    expect(await look()).toEqual([]);
    await user.type(field(), "skip");
    expect(await look()).toEqual([]);
    await user.type(field(), "xyzzy");
    expect(await look()).toEqual([]);
  });
});
