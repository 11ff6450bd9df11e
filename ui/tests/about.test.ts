// What Squelch and its servers say of themselves, in the settings.
import axe from "axe-core";
import { screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";

import { words } from "../src/words";
import { ABOUT, byId, open, openSettings } from "./open";
import { busy, problem, quiet, server, updateOf } from "./town";

const facts = (line: string): Record<string, string | null> => {
  const list = byId(`line-${line}`);
  const names = within(list)
    .queryAllByRole("term")
    .map((one) => one.textContent!);
  const values = within(list)
    .queryAllByRole("definition")
    .map((one) => one.textContent);
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
};

test("Squelch says its version, its source, its licences and where it keeps things, and opens them", async () => {
  const { core, user } = await open(busy());
  const sheet = await openSettings({ user });
  await screen.findByTestId("line-version");
  expect(byId("line-version")).toHaveTextContent("Squelch 1.2.3");
  expect(facts("version")).toEqual({ Build: ABOUT.build });
  expect(facts("licences")).toEqual({ Source: ABOUT.source });
  expect(facts("folders")).toEqual({ Settings: ABOUT.data, Logs: ABOUT.logs });
  await user.click(byId("open-source"));
  expect(core.openSource).toHaveBeenCalledOnce();
  for (const licence of ["mit", "apache", "thirdParty"]) await user.click(byId(`licence-${licence}`));
  expect(core.openLicence.mock.calls).toEqual([["mit"], ["apache"], ["thirdParty"]]);
  await user.click(byId("open-data-folder"));
  expect(core.openFolder).toHaveBeenCalledOnce();
  core.openSource.mockRejectedValue(problem("notPossible", "The browser could not be opened."));
  await user.click(byId("open-source"));
  expect(within(sheet).getByTestId("refused")).toHaveTextContent("The browser could not be opened.");
});

test("one that was built from source says that it has no licences of libraries", async () => {
  const { core, user } = await open(busy());
  core.about.mockResolvedValue({ ...ABOUT, notices: false });
  await openSettings({ user });
  await screen.findByTestId("line-licences");
  await vi.waitFor(() => expect(byId("licences-note")).toHaveTextContent("come with packages"));
  expect(screen.queryByTestId("licence-thirdParty")).toBeNull();
});

test("a server's name, version, routes and support address are there as text, and mail only to a plain address", async () => {
  const odd = "<img src=x> javascript:alert(1)?subject=hi";
  const servers = [
    server({ name: "Home", branding: "Harbor County", support: { text: "ops@example.org", mail: true } }),
    server({ id: 2, name: "Ridge", branding: null, routes: "1.2.0", support: { text: odd, mail: false } }),
    server({ id: 3, name: "New", branding: null, version: null, routes: null, support: null }),
  ];
  const { core, user } = await open(busy({ servers }));
  const sheet = await openSettings({ user });
  const address = servers[0]!.address;
  expect(facts("server-1")).toEqual({
    Address: address,
    Name: "Harbor County",
    Version: "1.3.2",
    Routes: "as of 1.3.2",
    Help: "ops@example.org",
  });
  expect(facts("server-2")).toEqual({ Address: address, Version: "1.3.2", Routes: "as of 1.2.0", Help: odd });
  expect(facts("server-3")).toEqual({ Address: address, Version: "not known yet", Help: words.sheet.noSupport });
  expect(sheet.querySelector("img")).toBeNull();
  expect(sheet.querySelector("a")).toBeNull();
  expect(screen.queryByTestId("write-2")).toBeNull();
  expect(screen.queryByTestId("write-3")).toBeNull();
  await user.click(byId("write-1"));
  expect(core.writeToSupport).toHaveBeenCalledExactlyOnceWith(1);
});

test("an address that comes while the settings are open appears, and is found by searching", async () => {
  const { tell, user } = await open(busy());
  const sheet = await openSettings({ user });
  expect(screen.queryByTestId("write-1")).toBeNull();
  const changed = server({ support: { text: "ops@example.org", mail: true } });
  await tell(updateOf(101, { kind: "serverChanged", server: changed }));
  expect(byId("write-1")).toBeVisible();
  await user.type(byId("settings-search"), "ops@example");
  const groups = within(sheet).getAllByRole("group");
  expect(groups.map((one) => one.dataset["testid"])).toEqual(["line-server-1"]);
});

test("the key for it goes there, before there is a server too", async () => {
  const { user } = await open(quiet({ servers: [] }));
  (document.activeElement as HTMLElement).blur();
  await user.keyboard("v");
  const sheet = await screen.findByTestId("settings-sheet");
  await expect.poll(() => document.activeElement?.textContent).toBe("Help and about");
  await screen.findByTestId("line-version");
  expect(
    (await axe.run(sheet, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } })).violations,
  ).toEqual([]);
});
