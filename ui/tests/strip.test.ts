import axe from "axe-core";
import { expect, test } from "vitest";
import { screen } from "@testing-library/svelte";

import type { Snapshot } from "../src/generated/Snapshot";
import { byId, open } from "./open";
import { busy, onCard, quiet, server, updateOf, waitingLink } from "./town";

/** The settings with a strip, or without. */
const settings = (compact: boolean): Snapshot["settings"] => {
  const { settings } = busy();
  return { ...settings, display: { ...settings.display, compact } };
};
const strip = (snapshot: Snapshot = busy()): Snapshot => ({ ...snapshot, settings: settings(true) });
const setTo = (on: boolean) => ({ kind: "change", setting: { name: "display", change: { of: "compact", on } } });

test("the strip is one line with the call, who speaks, and what is done with it most; no feed", async () => {
  const { sent, user, container } = await open(strip());
  expect(screen.queryByTestId("feed")).toBeNull();
  expect(byId("strip-title").textContent).toBe(onCard.title);
  expect(byId("strip").textContent).toContain(onCard.system);
  expect(byId("lamp").dataset["lamp"]).toBe("playing");
  for (const press of ["pause", "live", "skip", "hold"]) await user.click(byId(`strip-${press}`));
  expect(sent.map((command) => command.kind)).toEqual(["pause", "listen", "skip", "holdTalkgroup"]);
  expect((await axe.run(container, { rules: { "color-contrast": { enabled: false } } })).violations).toEqual([]);
});

test("a key and a button turn the one into the other", async () => {
  const { sent, user, tell } = await open(busy());
  await user.keyboard("w");
  expect(sent).toEqual([setTo(true)]);
  await tell(updateOf(101, { kind: "settingsChanged", settings: settings(true) }));
  expect(screen.queryByTestId("settings")).toBeNull();
  await user.click(byId("strip-compact"));
  await user.keyboard("w");
  expect(sent.slice(1)).toEqual([setTo(false), setTo(false)]);
  await tell(updateOf(102, { kind: "settingsChanged", settings: settings(false) }));
  expect(byId("settings")).toBeTruthy();
  expect(screen.queryByTestId("strip")).toBeNull();
});

test("what needs room brings the whole window back, and what was open before does not", async () => {
  const { sent, user, tell } = await open(busy());
  await user.keyboard("t");
  // Out of the search, where letters are typed.
  (document.activeElement as HTMLElement).blur();
  await user.keyboard("w");
  await tell(updateOf(101, { kind: "settingsChanged", settings: settings(true) }));
  expect(sent).toEqual([setTo(true)]);
  await user.keyboard("{Control>}k{/Control}");
  expect(sent.slice(1)).toEqual([setTo(false)]);
  await tell(updateOf(102, { kind: "settingsChanged", settings: settings(false) }));
  expect(byId("palette")).toBeTruthy();
  expect(byId("talkgroups").getAttribute("aria-expanded")).toBe("false");
});

test("closing, settings asked for by the tray, and a call to look at do so too", async () => {
  const asks: ((window: Awaited<ReturnType<typeof open>>) => unknown)[] = [
    (window) => window.showSettings(),
    (window) => window.close(),
    (window) => window.showCall(onCard.key),
  ];
  for (const ask of asks) {
    const window = await open(strip());
    await ask(window);
    await expect.poll(() => window.sent).toEqual([setTo(false)]);
    window.unmount();
  }
});

test("the mouse moves the window by the strip, and not by its buttons", async () => {
  const { core, user } = await open(strip());
  await user.pointer({ keys: "[MouseLeft]", target: byId("strip-pause") });
  expect(core.dragWindow).not.toHaveBeenCalled();
  await user.pointer({ keys: "[MouseRight]", target: byId("strip-title") });
  expect(core.dragWindow).not.toHaveBeenCalled();
  await user.pointer({ keys: "[MouseLeft>]", target: byId("strip-title") });
  expect(core.dragWindow).toHaveBeenCalledOnce();
});

test("why nothing is heard is said, also before anything ever was", async () => {
  await open(strip({ ...quiet(), servers: [server({ link: waitingLink(5000) })] }));
  expect(byId("strip-trouble").textContent).toBe("No link");
  expect(byId("lamp").dataset["lamp"]).toBe("lost");
  expect(byId("strip-hold").getAttribute("aria-disabled")).toBe("true");
  expect(byId("strip-compact").getAttribute("aria-disabled")).toBe("false");
});
