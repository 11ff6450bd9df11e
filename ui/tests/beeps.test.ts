import { expect, test } from "vitest";

import type { Command } from "../src/generated/Command";
import type { Press } from "../src/generated/Press";
import { pressOf } from "../src/player/presses";
import { byId, open } from "./open";
import { busy, onCard, quiet } from "./town";

const chosen = (beeps: "server" | "off") => {
  const { settings } = busy();
  return { ...settings, display: { ...settings.display, beeps } };
};
const presses = (sent: readonly Command[]): Press[] =>
  sent.flatMap((command) => (command.kind === "beep" ? [command.press] : []));

test("presses by mouse and by key are answered by what became of them", async () => {
  const { sent, user, refuse } = await open(busy({ settings: chosen("server") }));
  await user.click(byId("pause"));
  await user.keyboard("l");
  await expect.poll(() => presses(sent)).toEqual(["on", "off"]);
  refuse({ code: "notPossible", message: "No.", retry: { kind: "now" } });
  await user.keyboard("h");
  await expect.poll(() => presses(sent)).toEqual(["on", "off", "denied"]);
});

test("a press that can do nothing is denied, and sends nothing else", async () => {
  const { sent, user } = await open(
    busy({ settings: chosen("server"), playback: { ...quiet().playback, row: onCard } }),
  );
  await user.keyboard("{ArrowRight}");
  expect(sent).toEqual([{ kind: "beep", press: "denied" }]);
});

test("what is no key of a scanner is not answered, and nothing is where beeps are off", async () => {
  const { sent, user } = await open(busy({ settings: chosen("server") }));
  await user.keyboard("{Shift>}d{/Shift}");
  expect(sent.map((command) => command.kind)).toEqual(["change"]);
  const silent = await open(busy({ settings: chosen("off") }));
  await silent.user.keyboard("m");
  expect(presses(silent.sent)).toEqual([]);
});

test("a refused beep is no refusal of what was pressed", async () => {
  const { mirror, core } = await open(busy({ settings: chosen("server") }));
  core.send = async () => {
    throw { code: "notPossible", message: "No.", retry: { kind: "now" } };
  };
  mirror.beep("on");
  await Promise.resolve();
  expect(mirror.refusal).toBeNull();
});

test.each<[Command, Press | null]>([
  [{ kind: "holdTalkgroup", talkgroup: null }, "off"],
  [{ kind: "holdSystem", system: { server: 1, system: 2 } }, "on"],
  [{ kind: "avoid", talkgroup: { server: 1, talkgroup: 2 }, minutes: null }, "on"],
  [{ kind: "unavoid", talkgroup: { server: 1, talkgroup: 2 } }, "off"],
  [{ kind: "play", call: onCard.key }, "on"],
  [{ kind: "volume", db: 0 }, null],
  [{ kind: "dismiss", notice: 1 }, null],
])("%j is %s", (command, press) => expect(pressOf(command)).toBe(press));
