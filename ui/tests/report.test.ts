import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { tick } from "svelte";
import { describe, expect, test, vi } from "vitest";

import ReportDialog from "../src/settings/ReportDialog.svelte";
import { words } from "../src/words";
import { byId, open, openSettings } from "./open";
import { busy, problem, quiet } from "./town";

function show(make: () => Promise<string>) {
  const user = userEvent.setup();
  const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue(undefined);
  const onfolder = vi.fn(async () => true);
  const view = render(ReportDialog, { open: true, make, onfolder, refusal: null });
  return { ...view, user, write, onfolder };
}

const area = (): HTMLTextAreaElement => screen.getByTestId("report-text");

describe("a report", () => {
  test("is shown as text before it can be copied, and then copied as it is", async () => {
    let made: (text: string) => void = () => undefined;
    const { user, write } = show(() => new Promise((resolve) => (made = resolve)));
    expect(screen.getByTestId("copy-report")).toBeDisabled();
    expect(area()).toHaveValue(words.report.making);
    made("Squelch 1.2.3\n<b>a server</b>\n");
    await vi.waitFor(() => expect(area()).toHaveValue("Squelch 1.2.3\n<b>a server</b>\n"));
    await user.click(screen.getByTestId("copy-report"));
    expect(write).toHaveBeenCalledExactlyOnceWith("Squelch 1.2.3\n<b>a server</b>\n");
    expect(screen.getByTestId("report-copied")).toHaveTextContent(words.report.copied);
  });

  test("is selected where it cannot be copied", async () => {
    const { user, write } = show(async () => "Squelch 1.2.3");
    write.mockRejectedValue(new Error("no"));
    await vi.waitFor(() => expect(screen.getByTestId("copy-report")).toBeEnabled());
    await user.click(screen.getByTestId("copy-report"));
    await vi.waitFor(() => expect(area().selectionEnd).toBe("Squelch 1.2.3".length));
    expect(screen.getByTestId("report-copied")).toHaveTextContent(words.report.notCopied);
  });

  test("that cannot be made says so, and the folder can be opened all the same", async () => {
    const { user, onfolder } = show(() => Promise.reject(new Error("no")));
    await vi.waitFor(() => expect(area()).toHaveValue(words.report.failed));
    expect(screen.getByTestId("copy-report")).toBeDisabled();
    await user.click(screen.getByTestId("open-folder"));
    expect(onfolder).toHaveBeenCalledOnce();
  });

  test("is there on the first screen, before an address was entered", async () => {
    const { user } = await open(quiet({ servers: [] }));
    await user.click(byId("report-problem"));
    await vi.waitFor(() => expect(area()).toHaveValue("Squelch 1.2.3"));
  });

  test("is made anew each time it is asked for", async () => {
    const make = vi.fn(async () => `report ${make.mock.calls.length}`);
    const { rerender } = show(make);
    await vi.waitFor(() => expect(area()).toHaveValue("report 1"));
    await rerender({ open: false });
    await tick();
    await rerender({ open: true });
    await vi.waitFor(() => expect(area()).toHaveValue("report 2"));
  });
});

describe("a wish that is not accepted is said in the dialog it was made in", () => {
  const refusal = () => problem("notPossible", "That does not fit.");
  const said = () => screen.getByTestId("refused");

  test("the notifications", async () => {
    const { refuse, user } = await open(busy());
    refuse(refusal());
    await user.click(byId("skip"));
    await openSettings({ user });
    await user.click(byId("alerts"));
    await screen.findByRole("dialog", { name: "Notifications" });
    // What was refused before is not said here.
    expect(said()).toHaveTextContent(/^$/);
    refuse(refusal());
    await user.click(byId("alert-updates"));
    expect(said()).toHaveTextContent("That does not fit.");
    expect(screen.getByRole("dialog")).toContainElement(said());
    refuse(null);
    await user.click(byId("alert-updates"));
    expect(said()).toHaveTextContent(/^$/);
  });

  test("the keys", async () => {
    const { refuse, user } = await open(busy());
    await user.keyboard("?");
    await user.click(await screen.findByTestId("key-skip"));
    refuse(refusal());
    await user.keyboard("{F9}");
    expect(said()).toHaveTextContent("That does not fit.");
  });

  test("the report", async () => {
    const { core, user } = await open(busy());
    core.openFolder.mockRejectedValue(refusal());
    await openSettings({ user });
    await user.click(byId("report-problem"));
    await user.click(await screen.findByTestId("open-folder"));
    expect(said()).toHaveTextContent("That does not fit.");
  });
});
