// Calls exported together: chosen with keys, clicks and menus, asked about in one dialog, and told of afterwards.
// And what sounds recorded from one press to the next.
import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";

import type { ExportProgress } from "../src/generated/ExportProgress";
import type { RecordingView } from "../src/generated/RecordingView";
import { type ExportCore, Exporter } from "../src/saving/exporter.svelte";
import { Picker } from "../src/saving/pick";
import { byId, closed, open } from "./open";
import { busy, onCard, problem, row, updateOf } from "./town";

const rows = (): HTMLElement[] => screen.getAllByTestId("feed-row");
const chosen = (): HTMLElement[] => rows().filter((row) => row.dataset.chosen === "true");
const rest = { folder: "Downloads/Squelch", lengthMs: 61_000, problem: null, cancelled: false };

describe("calls for export", () => {
  test("are chosen with a key, with Ctrl and a click and by menu, say so, and are chosen no more", async () => {
    const { user } = await open(busy());
    const [first] = rows();
    first!.focus();
    await user.keyboard("x");
    expect(chosen()).toEqual([first]);
    expect(first).toHaveAttribute("aria-label", expect.stringContaining("chosen for export"));
    expect(byId("exported")).toHaveTextContent("1 call is chosen.");
    await user.keyboard("{Control>}");
    await user.click(first!);
    await user.keyboard("{/Control}");
    expect(chosen()).toEqual([]);
    await user.click(first!);
    expect(chosen()).toEqual([]);
    await user.click(first!.querySelector(".more")!);
    await user.click(await screen.findByTestId("row-choose"));
    expect(chosen()).toEqual([first]);
    await closed("menu");
    await user.click(byId("choose-none"));
    expect(chosen()).toEqual([]);
    expect(byId("exported")).not.toBeVisible();
  });

  test("are chosen up to the one that is clicked with Shift, in either direction", () => {
    const exporter = new Exporter({ forgetExport: async () => undefined } as never, () => undefined);
    const picker = new Picker(exporter);
    const list = [1, 2, 3, 4, 5].map((call) => row(call));
    const picked = (): number[] => list.filter((one) => exporter.has(one)).map((one) => one.key.call);
    const click = (at: number, held: MouseEventInit): boolean =>
      picker.click(new MouseEvent("click", held), list[at]!, list);
    expect(click(2, {})).toBe(false);
    expect(click(2, { shiftKey: true })).toBe(false);
    expect(click(2, { ctrlKey: true })).toBe(true);
    click(0, { shiftKey: true });
    expect(picked()).toEqual([1, 2, 3]);
    click(4, { shiftKey: true });
    expect(picked()).toEqual([1, 2, 3, 4, 5]);
    click(1, { metaKey: true });
    expect(picked()).toEqual([1, 3, 4, 5]);
  });

  test("are merged as the dialog says, and it is told where they are", async () => {
    const { core, user } = await open(busy());
    rows()[0]!.focus();
    await user.keyboard("x{ArrowDown}x");
    await user.keyboard("{Control>}e{/Control}");
    expect(await screen.findByRole("dialog", { name: "Export 2 calls" })).toBeVisible();
    await waitFor(() => expect(byId("between-spoken")).toBeEnabled());
    expect(core.canSpeak).toHaveBeenCalledWith("en");
    await user.click(byId("form-wav"));
    await user.click(byId("between-spoken"));
    await user.click(byId("export-now"));
    const [calls, choice] = core.exportCalls.mock.lastCall!;
    expect(calls).toHaveLength(2);
    expect(choice).toEqual({
      shape: "merged",
      form: "wav",
      between: "spoken",
      silenceMs: 1_000,
      level: true,
      details: true,
      language: "en",
    });
    expect(byId("exported")).toHaveTextContent(
      "2 calls are exported as calls.flac in Downloads/Squelch. Length: 1:01.",
    );
    expect(chosen()).toEqual([]);
    await closed("dialog");
    await user.click(byId("show-exported"));
    expect(core.showSaved).toHaveBeenCalledOnce();
    await user.click(byId("dismiss-exported"));
    expect(byId("exported")).not.toBeVisible();
    expect(core.forgetExport).toHaveBeenCalledOnce();
  });

  test("that an earlier page began are followed to their end, and said to be there until that was read", async () => {
    const core: ExportCore = {
      exportCalls: vi.fn(),
      cancelExport: vi.fn(),
      canSpeak: vi.fn(),
      showSaved: vi.fn(),
      followExport: vi.fn(),
      forgetExport: vi.fn(async () => undefined),
    };
    const exported = { ...rest, files: ["a.flac"], calls: 2, missing: [], missingCount: 0 };
    let end: () => void = () => undefined;
    let tell: (far: ExportProgress) => void = () => undefined;
    vi.mocked(core.followExport).mockImplementationOnce(async (onProgress) => {
      tell = onProgress;
      await new Promise<void>((resolve) => (end = resolve));
      return exported;
    });
    const exporter = new Exporter(core, () => undefined);
    const following = exporter.follow();
    tell({ done: 1, of: 2 });
    expect(exporter.far).toEqual({ done: 1, of: 2 });
    end();
    await following;
    tell({ done: 2, of: 2 });
    expect([exporter.far, exporter.done]).toEqual([null, exported]);
    expect(core.forgetExport).not.toHaveBeenCalled();
    exporter.toggle(row(1));
    expect(exporter.done).toBeNull();
    expect(core.forgetExport).toHaveBeenCalledOnce();
  });

  test("of which some are missing say which and why; where none speaks, a voice is not offered", async () => {
    const { core, user } = await open(busy());
    core.canSpeak.mockResolvedValueOnce(false);
    await user.keyboard("{Control>}e{/Control}");
    expect(await screen.findByRole("dialog", { name: "Export 1 call" })).toBeVisible();
    await waitFor(() => expect(byId("voice")).toHaveTextContent("No voice speaks on this computer."));
    expect(byId("between-spoken")).toBeDisabled();
    await user.click(byId("shape-zip"));
    await user.click(byId("with-details"));
    const missing = [{ title: "Fire <b>Dispatch</b>", startMs: 0, problem: problem("audioMissing", "It is gone.") }];
    core.exportCalls.mockResolvedValueOnce({ ...rest, files: ["a.zip"], calls: 1, missing, missingCount: 7 });
    await user.click(byId("export-now"));
    const [calls, choice] = core.exportCalls.mock.lastCall!;
    expect(calls).toEqual([onCard.key]);
    expect(choice).toMatchObject({ shape: "zip", form: null, details: false });
    expect(byId("exported")).toHaveTextContent(/7 are missing:.*Fire <b>Dispatch<\/b>: It is gone\./);
  });

  test("that take long say how far it is and can be cancelled; they stay chosen then", async () => {
    const { core, user } = await open(busy());
    let end: () => void = () => undefined;
    core.exportCalls.mockImplementationOnce(async (calls, _, onProgress) => {
      onProgress({ done: 1, of: calls.length });
      await new Promise<void>((resolve) => (end = resolve));
      return { ...rest, files: [], calls: 0, missing: [], missingCount: 0, cancelled: true };
    });
    rows()[0]!.focus();
    await user.keyboard("x{ArrowDown}x{Control>}e{/Control}");
    await user.click(await screen.findByTestId("export-now"));
    expect(byId("exported")).toHaveTextContent("Exporting calls: 1 of 2");
    await closed("dialog");
    await user.click(byId("cancel-export"));
    expect(core.cancelExport).toHaveBeenCalledOnce();
    end();
    await waitFor(() => expect(byId("exported")).toHaveTextContent("Nothing was left behind."));
    await user.click(byId("dismiss-exported"));
    expect(byId("exported")).toHaveTextContent("2 calls are chosen.");
  });
});

describe("a recording of what sounds", () => {
  const view = (change: Partial<RecordingView>): RecordingView => ({ ...busy().recording, ...change });

  test("is begun and ended by one key, and shows how long and how large it is", async () => {
    const { sent, tell, user } = await open(busy());
    await user.keyboard("k");
    expect(sent).toContainEqual({ kind: "record", on: true });
    expect(byId("record")).toHaveAccessibleName("Record from now");
    const on = view({ stage: "on", files: ["a.flac"], lengthMs: 83_000, bytes: 2_400_000 });
    await tell(updateOf(101, { kind: "recordingChanged", recording: on }));
    expect(byId("record")).toHaveAccessibleName("Stop recording (1:23, 2.4 MB)");
    await user.keyboard("k");
    expect(sent).toContainEqual({ kind: "record", on: false });
  });

  test("that has ended says where it is and why it ended, until that is put away", async () => {
    const { core, tell, user } = await open(busy({ recording: view({ stage: "on" }) }));
    const full = problem("notRecorded", "The disk is full: the recording has ended.");
    const files = ["a.flac"];
    const off = view({ files, folder: "/x", lengthMs: 5_000, bytes: 100_000, lostMs: 2_000, problem: full });
    await tell(updateOf(101, { kind: "recordingChanged", recording: off }));
    expect(byId("recorded-notice")).toHaveTextContent(
      /Recorded as a\.flac in \/x: 0:05, .*The disk was too slow: 0:02/,
    );
    expect(byId("recorded-notice")).toHaveTextContent("The disk is full");
    await user.click(byId("show-recorded"));
    expect(core.showSaved).toHaveBeenCalledOnce();
    await user.click(byId("dismiss-recorded"));
    expect(byId("recorded-notice")).not.toBeVisible();
  });

  test("is made as the settings say", async () => {
    const { sent, showSettings, user } = await open(busy());
    showSettings();
    const forms = await screen.findByRole("group", { name: "Recordings of what sounds" });
    await user.click(forms.querySelector<HTMLInputElement>("input[value=wav]")!);
    const choices = { form: "wav", megabytes: 4_000 };
    expect(sent).toEqual([{ kind: "change", setting: { name: "recording", choices } }]);
  });
});
