import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, test } from "vitest";

import { alertOf, minutesOf, NIGHT, timeOf, toggleAlert } from "../src/alerts/choices";
import RowMenu from "../src/feed/RowMenu.svelte";
import type { AlertChoices } from "../src/generated/AlertChoices";
import type { Command } from "../src/generated/Command";
import { byId, closed, open, openSettings } from "./open";
import { busy, onCard, problem, quiet, row, updateOf } from "./town";

const key = { server: 1, talkgroup: onCard.talkgroup! };
const choices = (change: Partial<AlertChoices> = {}): AlertChoices => ({ ...quiet().alertChoices, ...change });
const told = (mutedMs: number | null = null): AlertChoices =>
  choices({ talkgroups: [{ key, name: "Fire Dispatch", mutedMs }] });

describe("times", () => {
  test.each([
    ["22:00", 1320],
    ["7:05", 425],
    [" 07.05 ", 425],
    ["00:00", 0],
    ["23:59", 1439],
    ["24:00", null],
    ["12:60", null],
    ["noon", null],
    ["", null],
  ])("%s is %s minutes after midnight", (time, minutes) => {
    expect(minutesOf(time)).toBe(minutes);
  });

  test("are written as fields want them", () => {
    expect([0, 425, 1439].map(timeOf)).toEqual(["00:00", "07:05", "23:59"]);
  });
});

describe("a talkgroup", () => {
  test("is told of, is not any more, and is told of again while it is muted", () => {
    const wish = (alerts: AlertChoices) => toggleAlert(onCard, alerts);
    expect(wish(choices())).toEqual({ kind: "alertTalkgroup", talkgroup: key, on: true });
    expect(wish(told())).toEqual({ kind: "alertTalkgroup", talkgroup: key, on: false });
    expect(wish(told(60_000))).toEqual({ kind: "alertTalkgroup", talkgroup: key, on: true });
    expect(toggleAlert(row(1, { talkgroup: null }), told())).toBeNull();
    expect(alertOf(told(), { server: 2, talkgroup: key.talkgroup })).toBeNull();
  });

  test("is chosen on the card, which says so and how long it is muted", async () => {
    const { sent, tell, user } = await open(busy());
    const chip = byId("alert-talkgroup");
    expect(chip).toHaveAttribute("aria-pressed", "false");
    expect(chip).toHaveAccessibleName("Notify me of calls");
    await user.click(chip);
    expect(sent).toEqual([{ kind: "alertTalkgroup", talkgroup: key, on: true }]);
    await tell(updateOf(101, { kind: "alertChoicesChanged", choices: told() }));
    expect(chip).toHaveAttribute("aria-pressed", "true");
    await tell(updateOf(102, { kind: "alertChoicesChanged", choices: told(28 * 60_000) }));
    expect(chip).toHaveAccessibleName(/^Notify: muted 28/);
  });

  test("is chosen in a call's menu, from the keyboard", async () => {
    const user = userEvent.setup();
    const sent: Command[] = [];
    const props = { open: true, row: onCard, anchor: document.body, selection: quiet().selection, alerts: told() };
    const wish = async (command: Command) => sent.push(command) > 0;
    render(RowMenu, {
      props: { ...props, hearing: quiet().hearing, wish, onshare: () => undefined, onclosed: () => undefined },
    });
    const item = await screen.findByRole("menuitemcheckbox", { name: "Notify me of calls" });
    expect(item).toHaveAttribute("aria-checked", "true");
    item.focus();
    await user.keyboard("{Enter}");
    expect(sent).toEqual([{ kind: "alertTalkgroup", talkgroup: key, on: false }]);
  });
});

test("a call's menu says what the call is, and why it was not heard", async () => {
  const state = { kind: "failed", problem: problem("audioMissing", "The server has no audio for this call.") } as const;
  const props = { open: true, row: { ...onCard, state }, anchor: document.body, selection: quiet().selection };
  const { hearing } = quiet();
  render(RowMenu, {
    props: {
      ...props,
      hearing,
      alerts: choices(),
      wish: async () => true,
      onshare: () => undefined,
      onclosed: () => undefined,
    },
  });
  const menu = await screen.findByRole("menu", { name: "Fire Dispatch" });
  expect(menu).toHaveAccessibleDescription(/^851\.0125 MHz .*5001 The server has no audio for this call\.$/);
});

describe("the notifications", () => {
  const dialog = async (alertChoices: AlertChoices, selection = quiet().selection) => {
    const window = await open(busy({ alertChoices, selection }));
    await openSettings(window);
    await window.user.click(byId("alerts"));
    await screen.findByRole("dialog", { name: "Notifications" });
    return window;
  };

  test.each([
    ["linkLost", "a link is lost for more than a minute"],
    ["signedOut", "a login has ended"],
    ["updates", "there is a newer Squelch"],
  ] as const)("of %s have a switch with a name", async (of, name) => {
    const { sent, user } = await dialog(choices());
    const box = screen.getByRole("checkbox", { name });
    expect(box).not.toBeChecked();
    await user.click(box);
    expect(sent).toEqual([{ kind: "change", setting: { name: "alert", of, on: true } }]);
  });

  test("list their talkgroups, which can be unmuted and taken away", async () => {
    const { sent, user } = await dialog(told(30 * 60_000));
    const list = within(screen.getByRole("group", { name: "Tell me of calls on" }));
    expect(list.getByText(/^muted 30/)).toBeVisible();
    await user.click(list.getByRole("button", { name: "Unmute Fire Dispatch" }));
    await user.click(list.getByRole("button", { name: "Do not notify of Fire Dispatch" }));
    expect(sent).toEqual([
      { kind: "muteAlerts", talkgroup: key, minutes: null },
      { kind: "alertTalkgroup", talkgroup: key, on: false },
    ]);
  });

  test("list the presets, and what is silent of theirs", async () => {
    const presets = [
      { id: 1, name: "Fire", active: false },
      { id: 2, name: "Harbour", active: true },
    ];
    const muted = [{ key, name: "Fire Dispatch", mutedMs: 30 * 60_000 }];
    const alertChoices = choices({ presets: [2], muted });
    const { sent, user } = await dialog(alertChoices, { ...quiet().selection, presets });
    const list = within(screen.getByRole("group", { name: "Tell me of calls that a preset would play" }));
    expect(list.getByRole("checkbox", { name: "Fire" })).not.toBeChecked();
    expect(list.getByRole("checkbox", { name: "Harbour" })).toBeChecked();
    await user.click(list.getByRole("checkbox", { name: "Fire" }));
    await user.click(list.getByRole("button", { name: "Unmute Fire Dispatch" }));
    expect(sent).toEqual([
      { kind: "alertPreset", id: 1, on: true },
      { kind: "muteAlerts", talkgroup: key, minutes: null },
    ]);
  });

  test("say where presets are made while there are none", async () => {
    await dialog(choices());
    expect(screen.getByText(/No preset yet/)).toBeVisible();
  });

  test("say how a talkgroup is chosen where none is", async () => {
    await dialog(choices());
    expect(screen.getByText(/No talkgroup yet/)).toBeVisible();
  });

  test("rest in quiet hours, which are the night until somebody says otherwise", async () => {
    const { sent, tell, user } = await dialog(choices());
    await user.click(byId("quiet-hours"));
    expect(sent).toEqual([{ kind: "change", setting: { name: "quietHours", hours: NIGHT } }]);
    await tell(updateOf(101, { kind: "alertChoicesChanged", choices: choices({ quiet: NIGHT }) }));
    const from = screen.getByLabelText<HTMLInputElement>("From");
    expect([from.value, screen.getByLabelText<HTMLInputElement>("to").value]).toEqual(["22:00", "07:00"]);
    await user.clear(from);
    await user.type(from, "23:30");
    await user.tab();
    expect(sent.at(-1)).toEqual({ kind: "change", setting: { name: "quietHours", hours: { from: 1410, to: 420 } } });
    await user.click(byId("quiet-hours"));
    expect(sent.at(-1)).toEqual({ kind: "change", setting: { name: "quietHours", hours: null } });
  });

  test("do not take two times that are the same", async () => {
    const { sent, user } = await dialog(choices({ quiet: NIGHT }));
    const from = screen.getByLabelText<HTMLInputElement>("From");
    await user.clear(from);
    await user.type(from, "07:00");
    await user.tab();
    expect(screen.getByTestId("quiet-wrong")).toBeVisible();
    expect(sent).toEqual([]);
  });

  test("take both ends as they stand in the fields, once they fit together", async () => {
    const { sent, tell, user } = await dialog(choices({ quiet: NIGHT }));
    const [from, to] = [screen.getByLabelText<HTMLInputElement>("From"), screen.getByLabelText<HTMLInputElement>("to")];
    await user.clear(from);
    await user.type(from, "07:00");
    await user.tab();
    expect(sent).toEqual([]);
    await user.clear(to);
    await user.type(to, "15:00");
    await user.tab();
    const hours = { from: 420, to: 900 };
    expect(sent).toEqual([{ kind: "change", setting: { name: "quietHours", hours } }]);
    expect(screen.queryByTestId("quiet-wrong")).toBeNull();
    // Off and on again they are the same hours, not the night's.
    await tell(updateOf(101, { kind: "alertChoicesChanged", choices: choices({ quiet: hours }) }));
    await user.click(byId("quiet-hours"));
    await tell(updateOf(102, { kind: "alertChoicesChanged", choices: choices() }));
    await user.click(byId("quiet-hours"));
    expect(sent.at(-1)).toEqual({ kind: "change", setting: { name: "quietHours", hours } });
  });

  test.each(["opened", "ticked"])("forget what was wrong once they are %s again", async (how) => {
    const { tell, user } = await dialog(choices({ quiet: NIGHT }));
    await user.clear(screen.getByLabelText("From"));
    await user.type(screen.getByLabelText("From"), "07:00");
    await user.tab();
    expect(screen.getByTestId("quiet-wrong")).toBeVisible();
    if (how === "opened") {
      await user.keyboard("{Escape}");
      await closed("dialog");
      await openSettings({ user });
      await user.click(byId("alerts"));
    } else {
      await user.click(byId("quiet-hours"));
      await tell(updateOf(101, { kind: "alertChoicesChanged", choices: choices() }));
      await user.click(byId("quiet-hours"));
      await tell(updateOf(102, { kind: "alertChoicesChanged", choices: choices({ quiet: NIGHT }) }));
    }
    expect(await screen.findByLabelText("From")).toHaveValue("22:00");
    expect(screen.queryByTestId("quiet-wrong")).toBeNull();
  });

  test("say where nothing on the desktop shows them, and no more once something does", async () => {
    const { notifications } = await dialog(choices());
    expect(screen.queryByTestId("alerts-nobody")).toBeNull();
    await notifications(false);
    expect(screen.getByTestId("alerts-nobody")).toHaveTextContent("Nothing on this desktop shows notifications");
    await notifications(true);
    expect(screen.queryByTestId("alerts-nobody")).toBeNull();
  });

  test("bring the window to the call they were about, also if its row comes later", async () => {
    const { mirror, showCall, tell } = await open(busy());
    await showCall({ server: 1, call: 900 });
    expect(mirror.call).toEqual({ server: 1, call: 900 });
    await tell(updateOf(101, { kind: "rowsAdded", rows: [row(900)] }));
    await expect.poll(() => mirror.call).toBeNull();
    await expect.poll(() => document.activeElement?.id).toBe("call-1-900");
  });
});
