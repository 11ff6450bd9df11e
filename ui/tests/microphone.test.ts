import { screen, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";

import type { MicrophoneView } from "../src/generated/MicrophoneView";
import { byId, open } from "./open";
import { busy, updateOf } from "./town";

const taken = (doing: MicrophoneView["doing"], by: string | null = "Phone"): MicrophoneView => ({
  state: "taken",
  by,
  doing,
});

describe("while another program uses the microphone", () => {
  test("the player says why it is quieter, and names its device again afterwards", async () => {
    const { tell } = await open(busy());
    await tell(updateOf(101, { kind: "microphoneChanged", microphone: taken("quieter") }));
    expect(byId("device")).toHaveTextContent("Quieter: Phone uses the microphone");
    await tell(updateOf(102, { kind: "microphoneChanged", microphone: { state: "free", by: null, doing: "off" } }));
    expect(byId("device")).toHaveTextContent("Built-in speakers");
  });

  test("a program without a name is another program, and a name is only text", async () => {
    const { tell } = await open(busy({ microphone: taken("quieter", "") }));
    expect(byId("device")).toHaveTextContent("Quieter: another program uses the microphone");
    await tell(updateOf(101, { kind: "microphoneChanged", microphone: taken("quieter", "<b>x</b>") }));
    expect(byId("device")).toHaveTextContent("Quieter: <b>x</b> uses the microphone");
  });

  test("the card says who it is paused for, and that it goes on by itself", async () => {
    const playback = { ...busy().playback, state: "paused" } as const;
    const listening = { ...busy().listening, paused: true };
    const { sent, user } = await open(busy({ playback, listening, microphone: taken("pause") }));
    expect(byId("lull")).toHaveTextContent("PausedPhone uses the microphone. Calls go on by themselves.");
    await user.click(byId("remedy"));
    expect(sent).toEqual([{ kind: "pause", on: false }]);
  });

  test("a pause of the user's own is not explained with the microphone", async () => {
    const playback = { ...busy().playback, state: "paused" } as const;
    await open(busy({ playback, listening: { ...busy().listening, paused: true }, microphone: taken("off") }));
    expect(byId("lull")).toHaveTextContent("3 calls wait.");
  });
});

describe("the setting for the microphone", () => {
  const sheet = async (microphone: MicrophoneView["state"]) => {
    const view = await open(busy({ microphone: { state: microphone, by: null, doing: "off" } }));
    view.showSettings();
    await screen.findByRole("dialog", { name: "Settings" });
    return view;
  };

  test("is off until something else is chosen", async () => {
    const { sent, user } = await sheet("unwatched");
    const group = screen.getByRole("group", { name: "While another program uses the microphone" });
    expect(within(group).getByRole("radio", { name: "Play on" })).toBeChecked();
    await user.click(within(group).getByRole("radio", { name: "Play quieter" }));
    expect(sent).toEqual([{ kind: "change", setting: { name: "yielding", choice: "quieter" } }]);
  });

  test("says so where nobody tells who uses it", async () => {
    await sheet("unknown");
    expect(byId("microphone-note")).toHaveTextContent("No sound server tells who uses the microphone");
    expect(screen.getByRole("radio", { name: "Play quieter" })).toBeVisible();
  });

  test("is not offered on a system that cannot tell", async () => {
    await sheet("notOffered");
    expect(byId("what-microphone")).toHaveTextContent("cannot tell");
    expect(screen.queryByRole("radio", { name: "Play quieter" })).toBeNull();
  });
});
