// All settings in one sheet: found as one types, applied at once, used by keys.
import axe from "axe-core";
import { screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { describe, expect, test } from "vitest";

import type { Snapshot } from "../src/generated/Snapshot";
import { sectionsOf } from "../src/settings/sheet/find";
import { SECTIONS } from "../src/settings/sheet/line";
import { linesOf, type Facts, type Hands } from "../src/settings/sheet/lines";
import { THEMES } from "../src/settings/looks";
import { words } from "../src/words";
import { byId, open, openSettings } from "./open";
import { busy, problem, quiet, updateOf } from "./town";

const nothing: Hands = {
  wish: async () => true,
  show: () => undefined,
  look: () => undefined,
  autostart: async () => true,
};
const factsOf = (change: Partial<Facts> = {}, snapshot: Snapshot = busy()): Facts => ({
  settings: snapshot.settings,
  alerts: snapshot.alertChoices,
  shown: true,
  microphone: "unwatched",
  update: { running: "1.2.3", stage: { kind: "resting" } },
  autostart: { kind: "offered", on: false },
  ...change,
});
const found = (query: string, facts = factsOf()): string[] =>
  sectionsOf(query, linesOf(facts, nothing)).flatMap(({ lines }) => lines.map(({ id }) => id));

describe("the lines", () => {
  const lines = linesOf(factsOf(), nothing);

  test("have a name and a sentence each, no two of one id, and every section has some", () => {
    for (const line of lines) {
      expect([line.id, line.name.length > 0]).toEqual([line.id, true]);
      expect([line.id, line.what]).toEqual([line.id, expect.stringMatching(/^[A-Z].* .*\.$/)]);
    }
    expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
    const empty = SECTIONS.filter((id) => !lines.some(({ section }) => section === id));
    // The archive and settings as a file are lines of their own (archived.test.ts, settingsFile.test.ts).
    expect(empty).toEqual(["archive", "file"]);
  });

  test("know every setting that the core has, but those that are set elsewhere", () => {
    const sent = new Set<string>();
    const wish: Hands["wish"] = async (command) => {
      if (command.kind === "change")
        sent.add(command.setting.name === "display" ? command.setting.change.of : command.setting.name);
      return true;
    };
    const lcd = { ...busy().settings, theme: "lcd" } as const;
    for (const line of linesOf(factsOf({ settings: lcd }), { ...nothing, wish })) {
      if (line.kind === "choice") void line.choose(line.choices[0]![0]);
      if (line.kind === "switch") void line.set(true);
      if (line.kind === "slider") (line.drag ?? line.drop)?.(100);
    }
    expect([...sent].sort()).toEqual(
      [
        ...["alert", "beeps", "brightness", "clock", "compact", "follow", "language", "loudness", "motion"],
        ...["newTalkgroups", "pauseBetweenCalls", "shortcuts", "tameTones", "textSize", "theme", "updates"],
        ...["whileAway", "withoutTray", "yielding"],
      ].sort(),
    );
  });

  test("say what cannot be chosen here, and why", () => {
    const why = "Flatpak does it.";
    const facts = factsOf({
      microphone: "notOffered",
      autostart: { kind: "notOffered", why },
      update: { running: "1", stage: { kind: "notOffered", why } },
    });
    const plain = linesOf(facts, nothing).filter(({ kind, what }) => kind === "plain" && /Flatpak|cannot/.test(what));
    expect(plain.map(({ id }) => id)).toEqual(["microphone", "updates", "autostart"]);
    expect(found("look", facts)).not.toContain("look");
  });

  test("keep a value from elsewhere among the choices", () => {
    const settings = { ...busy().settings, pauseBetweenCallsMs: 333 };
    const pause = linesOf(factsOf({ settings }), nothing).find(({ id }) => id === "pause");
    expect(pause).toMatchObject({ value: "333" });
    expect(pause?.kind === "choice" && pause.choices.map(([value]) => value)).toEqual([
      "0",
      "100",
      "250",
      "333",
      "500",
    ]);
  });
});

describe("searching", () => {
  test.each([
    ["pause between", ["pause"]],
    ["  EQUAL   loud ", ["loudness"]],
    ["équal lôud", ["loudness"]],
    // By the sentence, by a choice, by another word, by the section.
    ["nobody longer than a minute", ["follow"]],
    ["whistler", ["beeps"]],
    ["zoom", ["text-size"]],
    ["quiet hours", ["quiet"]],
    ["raise priority", ["keys"]],
    ["mute while held", ["keys-everywhere"]],
    ["display clock", ["clock"]],
    ["updates", ["keys", "updates", "look"]],
    ["xyzzy", []],
  ])("“%s” finds %j", (query, ids) => {
    expect(found(query)).toEqual(ids);
  });

  test("names what was found in the lists of keys, a few of many", () => {
    const noteOf = (query: string) => sectionsOf(query, linesOf(factsOf(), nothing))[0]?.lines[0]?.note;
    expect(noteOf("raise priority")).toBe("In there: Raise this talkgroup's priority");
    expect(noteOf("keys of the window")).toBeUndefined();
    expect(noteOf("avoid this")).toMatch(/^In there: Avoid .*, Avoid .*, Avoid .*, …$/);
  });

  test("without anything typed all are there, and so with blanks alone", () => {
    expect(found("")).toEqual(found("   "));
    expect(found("").length).toBeGreaterThan(20);
  });
});

describe("the sheet", () => {
  test("has the search in focus, says what is found, and the first Escape ends the search", async () => {
    const { user } = await open(busy());
    const sheet = await openSettings({ user });
    await expect.poll(() => document.activeElement).toBe(byId("settings-search"));
    await user.keyboard("tones");
    expect(byId("settings-found")).toHaveTextContent("2 settings");
    expect(
      within(sheet)
        .getAllByRole("heading", { level: 3 })
        .map((one) => one.textContent),
    ).toEqual(["Sound"]);
    await user.keyboard(" xyzzy");
    expect(byId("settings-nothing")).toHaveTextContent("No setting says anything like “tones xyzzy”.");
    expect(byId("settings-found")).toHaveTextContent("No setting");
    await user.keyboard("{Escape}");
    expect(byId("settings-search")).toHaveValue("");
    expect(byId("settings-search")).toHaveFocus();
    expect(byId("line-pause")).toBeVisible();
    await user.keyboard("{Escape}");
    await expect.poll(() => screen.queryByTestId("settings-sheet")).toBeNull();
  });

  test("takes the focus, and gives it back to what opened it", async () => {
    const { user } = await open(busy());
    byId("settings").focus();
    await user.keyboard("{Enter}");
    const sheet = await screen.findByTestId("settings-sheet");
    await expect.poll(() => sheet.contains(document.activeElement)).toBe(true);
    await user.click(within(sheet).getByRole("button", { name: "Close" }));
    await expect.poll(() => document.activeElement).toBe(byId("settings"));
  });

  test("applies what is chosen at once, by keys too", async () => {
    const { sent, user } = await open(busy());
    await openSettings({ user });
    byId("tame-tones").focus();
    await user.keyboard(" ");
    await user.click(byId("pause-250"));
    await user.click(byId("tell-linkLost"));
    await user.click(byId("compact"));
    expect(sent.map((command) => (command.kind === "change" ? command.setting : command))).toEqual([
      { name: "tameTones", on: false },
      { name: "pauseBetweenCalls", ms: 250 },
      { name: "alert", of: "linkLost", on: true },
      { name: "display", change: { of: "compact", on: true } },
    ]);
  });

  test("shows what is in force where a wish was not accepted, and says why", async () => {
    const { refuse, user } = await open(busy());
    await openSettings({ user });
    refuse(problem("notPossible", "That does not fit."));
    await user.click(byId("loudness"));
    await user.click(byId("follow-30"));
    expect(byId("refused")).toHaveTextContent("That does not fit.");
    await expect.poll(() => (byId("loudness") as HTMLInputElement).checked).toBe(true);
    await expect.poll(() => (byId("follow-0") as HTMLInputElement).checked).toBe(true);
  });

  test("begins with the search again after it was closed, and goes where a key asks", async () => {
    const { user } = await open(busy());
    await openSettings({ user });
    await user.keyboard("tones");
    await user.keyboard("{Escape}{Escape}");
    await expect.poll(() => screen.queryByTestId("settings-sheet")).toBeNull();
    await user.keyboard("d");
    await screen.findByTestId("settings-sheet");
    expect(byId("settings-search")).toHaveValue("");
    await expect.poll(() => document.activeElement?.textContent).toBe("Display");
    await user.click(byId("jump-updates"));
    await expect.poll(() => document.activeElement?.textContent).toBe("Updates");
  });

  test("is left for what is opened from it, which then has the focus", async () => {
    const { user } = await open(busy());
    await openSettings({ user });
    await user.keyboard("quiet");
    await user.click(byId("alerts-quiet"));
    const dialog = await screen.findByRole("dialog", { name: "Notifications" });
    await expect.poll(() => dialog.contains(document.activeElement)).toBe(true);
    expect(screen.queryByTestId("settings-sheet")).toBeNull();
  });

  test("says where nothing shows notifications", async () => {
    const { notifications, user } = await open(busy());
    await openSettings({ user });
    expect(screen.queryByTestId("alerts-note")).toBeNull();
    await notifications(false);
    expect(byId("alerts-note")).toHaveTextContent(words.alerts.nobody);
  });

  test("is there before there is a server", async () => {
    const { user } = await open(quiet({ servers: [] }));
    await openSettings({ user });
    expect(byId("line-theme")).toBeVisible();
  });

  test("has nothing that axe finds wrong, in each look, with and without something found", async () => {
    const { tell, user } = await open(busy());
    const sheet = await openSettings({ user });
    // What colours do is asked elsewhere: nothing is painted here.
    const rules = { "color-contrast": { enabled: false }, region: { enabled: false } };
    const look = async () => (await axe.run(sheet, { rules })).violations;
    for (const [at, [theme]] of THEMES.entries()) {
      await tell(updateOf(101 + at, { kind: "settingsChanged", settings: { ...busy().settings, theme } }));
      expect(await look()).toEqual([]);
    }
    await user.type(byId("settings-search"), "tones");
    await tick();
    expect(await look()).toEqual([]);
    await user.type(byId("settings-search"), "xyzzy");
    expect(await look()).toEqual([]);
  }, 60_000);
});
