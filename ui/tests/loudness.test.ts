import { screen } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";

import { byId, open } from "./open";
import { busy } from "./town";

describe("the loudness of calls", () => {
  test("is a detail of the call that plays, unless it plays as it was sent", async () => {
    const { playback } = busy();
    const view = await open(busy({ playback: { ...playback, gainDb: 5.2 } }));
    expect(byId("now-quality")).toHaveTextContent("loudness +5 dB");
    view.unmount();
    await open(busy({ playback: { ...playback, gainDb: null } }));
    expect(screen.queryByText(/loudness/u)).toBeNull();
  });

  test("and the taming of tones are settings that say what they do", async () => {
    const { sent, showSettings, user } = await open(busy());
    showSettings();
    await screen.findByRole("dialog", { name: "Settings" });
    const loudness = screen.getByRole("checkbox", { name: "Equal loudness" });
    const tones = screen.getByRole("checkbox", { name: "Quieter tones" });
    expect(loudness).toHaveAccessibleDescription(/^Quiet calls are raised/u);
    expect(tones).toHaveAccessibleDescription(/below the speech/u);
    expect(loudness).toBeChecked();
    expect(tones).toBeChecked();
    await user.click(loudness);
    expect(sent).toEqual([{ kind: "change", setting: { name: "loudness", on: false } }]);
  });
});
