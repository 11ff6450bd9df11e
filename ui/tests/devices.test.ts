// The sound device: chosen in the settings, tried with a tone, and what is said when it is not there.
import { screen, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";

import type { DeviceChoice } from "../src/generated/DeviceChoice";
import type { DeviceView } from "../src/generated/DeviceView";
import type { SoundDevices } from "../src/generated/SoundDevices";
import { deviceLines } from "../src/settings/sheet/deviceLines";
import { sectionsOf } from "../src/settings/sheet/find";
import { words } from "../src/words";
import { byId, open, openSettings } from "./open";
import { busy, problem, updateOf } from "./town";

const SPEAKERS = { id: "pci-1", name: "Built-in speakers", isDefault: true };
const HEADSET = { id: "usb-7", name: "Headset", isDefault: false };
const BOTH: SoundDevices = { offered: true, devices: [SPEAKERS, HEADSET] };
const named = (id: string, name: string): DeviceChoice => ({ kind: "named", id, name });
const settings = (device: DeviceChoice) => ({ ...busy().settings, device });
const openOn = (name: string, insteadOf: string | null = null): DeviceView => ({ kind: "open", name, insteadOf });

const sheet = async (device: DeviceChoice, listed: SoundDevices = BOTH) => {
  const view = await open(busy({ settings: settings(device) }));
  view.core.soundDevices.mockResolvedValue(listed);
  await openSettings(view);
  await screen.findByTestId("line-device-choice");
  return view;
};
const group = () => screen.findByRole("group", { name: "Sound device" });
const choices = async () =>
  within(await group())
    .getAllByRole("radio")
    .map((radio) => `${radio.closest("label")!.textContent.trim()}${(radio as HTMLInputElement).checked ? " *" : ""}`);

describe("the sound device in the settings", () => {
  test("is the default, by its name, until another one is chosen", async () => {
    const { sent, user } = await sheet({ kind: "default" });
    const headset = await screen.findByRole("radio", { name: "Headset" });
    expect(await choices()).toEqual(["The system's default, now Built-in speakers *", "Built-in speakers", "Headset"]);
    await user.click(headset);
    expect(sent).toEqual([{ kind: "change", setting: { name: "device", device: named("usb-7", "Headset") } }]);
  });

  test("is known by its id, and by its name where it has another one now", async () => {
    for (const [id, name] of [
      ["usb-7", "As it was called before"],
      ["usb-of-before", "Headset"],
    ] as const) {
      const lines = deviceLines(
        { settings: settings(named(id, name)), listed: BOTH, device: openOn("Headset") },
        async () => true,
        () => undefined,
      );
      const [line] = lines;
      expect(line).toMatchObject({ kind: "choice", value: "=Headset" });
      expect(line?.kind === "choice" && line.choices.length).toBe(3);
    }
  });

  test("stays chosen while it is not there, and says what is heard instead", async () => {
    const { tell } = await sheet(named("usb-9", "Radio room"));
    await screen.findByRole("radio", { name: "Radio room, which is not there" });
    expect((await choices()).at(-1)).toBe("Radio room, which is not there *");
    await tell(updateOf(101, { kind: "deviceChanged", device: openOn("Built-in speakers", "Radio room") }));
    expect(byId("device-choice-note")).toHaveTextContent(
      "Radio room is not there: calls play on Built-in speakers until it is back.",
    );
  });

  test("is looked for when the settings open, when one comes or goes, and when somebody asks", async () => {
    const { core, tell, user } = await sheet({ kind: "default" });
    expect(core.soundDevices).toHaveBeenCalledTimes(1);
    await tell(updateOf(101, { kind: "listeningChanged", listening: { ...busy().listening, waiting: 7 } }));
    expect(core.soundDevices, "a call that comes is no device").toHaveBeenCalledTimes(1);
    await tell(updateOf(102, { kind: "deviceChanged", device: openOn("Headset") }));
    expect(core.soundDevices).toHaveBeenCalledTimes(2);
    core.soundDevices.mockResolvedValue({ offered: true, devices: [] });
    await user.click(byId("look-for-devices"));
    expect(core.soundDevices).toHaveBeenCalledTimes(3);
    expect(await screen.findByTestId("device-choice-note")).toHaveTextContent("There is no sound device now.");
  });

  test("says why, where the system does not answer, and keeps what is chosen", async () => {
    const { core, user } = await sheet(named("usb-7", "Headset"));
    core.soundDevices.mockRejectedValue(problem("notPossible", "The computer does not say."));
    await user.click(byId("look-for-devices"));
    expect(await within(byId("settings-sheet")).findByText("The computer does not say.")).toBeVisible();
    expect(await choices()).toEqual(["The system's default", "Headset *"]);
  });

  test("is not offered where nothing can be chosen, and can be tried all the same", async () => {
    const { sent, user } = await sheet({ kind: "default" }, { offered: false, devices: [] });
    expect(await screen.findByText(words.devices.notOffered)).toBeVisible();
    expect(screen.queryByRole("radio", { name: /The system's default/ })).toBeNull();
    await user.click(byId("test-tone"));
    expect(sent).toEqual([{ kind: "testTone" }]);
  });

  test("is tried with a tone, and says why not", async () => {
    const { refuse, user } = await sheet({ kind: "default" });
    refuse(problem("notPossible", "A call sounds now."));
    await user.click(byId("test-tone"));
    expect(await within(byId("settings-sheet")).findByText("A call sounds now.")).toBeVisible();
  });

  test("has a name that is only text", async () => {
    await sheet({ kind: "default" }, { offered: true, devices: [{ ...HEADSET, name: "<b>x</b>" }] });
    expect(await screen.findByRole("radio", { name: "<b>x</b>" })).toBeVisible();
  });

  test("goes on elsewhere, or waits, when it goes away", async () => {
    const { sent, user } = await sheet({ kind: "default" });
    const lost = screen.getByRole("group", { name: "When the sound device goes away" });
    expect(within(lost).getByRole("radio", { name: "Go on with the default" })).toBeChecked();
    await user.click(within(lost).getByRole("radio", { name: "Pause until it is back" }));
    expect(sent).toEqual([{ kind: "change", setting: { name: "deviceLost", choice: "wait" } }]);
  });

  test("is found by what people call it, and by the names of devices", () => {
    const facts = { settings: settings({ kind: "default" }), listed: BOTH, device: openOn("Headset") };
    const lines = deviceLines(
      facts,
      async () => true,
      () => undefined,
    );
    const found = (query: string) => sectionsOf(query, lines).flatMap(({ lines }) => lines.map(({ id }) => id));
    expect(found("headphones")).toEqual(["device-choice", "device-lost"]);
    expect(found("built-in")).toEqual(["device-choice"]);
    expect(found("test tone")).toEqual(["device-choice"]);
    expect(found("unplugged")).toEqual(["device-lost"]);
  });

  test("is one key away", async () => {
    const { user } = await open(busy());
    await user.keyboard("o");
    expect(await screen.findByTestId("settings-sheet")).toBeVisible();
    expect(screen.getByRole("heading", { name: "Sound" })).toHaveFocus();
  });
});

describe("a sound device that is not there", () => {
  const missing = (elsewhere: boolean): DeviceView => ({
    kind: "missing",
    problem: problem("noSound", "It went away."),
    elsewhere,
  });

  test("can be done without where another one is there", async () => {
    const playback = { ...busy().playback, state: "noDevice" } as const;
    const { sent, user, tell } = await open(busy({ playback, device: missing(true) }));
    await user.click(byId("remedy"));
    expect(sent).toEqual([{ kind: "change", setting: { name: "device", device: { kind: "default" } } }]);
    await tell(updateOf(101, { kind: "deviceChanged", device: missing(false) }));
    expect(byId("lull")).toHaveTextContent("It went away.");
    expect(screen.queryByTestId("remedy")).toBeNull();
  });

  test("is named in the player's strip while the default stands in for it", async () => {
    await open(busy({ device: openOn("Built-in speakers", "Headset") }));
    expect(byId("device")).toHaveTextContent("Built-in speakers");
    expect(byId("device")).toHaveAttribute(
      "title",
      "Headset is not there: calls play on Built-in speakers until it is back.",
    );
  });
});
