// The window in German, as main.ts builds it: the language first, then what has words in it.
import { screen, within } from "@testing-library/svelte";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Snapshot } from "../src/generated/Snapshot";
import { speak } from "../src/words";
import { german } from "../src/words/de";
import { english } from "../src/words/en";
import { busy, problem, server, signedOut, updateOf } from "./town";

let open: typeof import("./open").open;
let byId: typeof import("./open").byId;

beforeAll(async () => {
  speak(german, []);
  ({ open, byId } = await import("./open"));
}, 60_000);
afterAll(() => speak(english, []));

const inGerman = (change: Partial<Snapshot> = {}): Snapshot => {
  const snapshot = busy(change);
  return { ...snapshot, settings: { ...snapshot.settings, language: "de" } };
};

test("the window is German, down to what the core says and the names of keys", async () => {
  const said = problem("signedOut", "No login is remembered for this server. Sign in.");
  const { user } = await open(inGerman({ servers: [server(), server({ id: 2, account: signedOut(said) })] }));
  expect(screen.getByRole("region", { name: "Funksprüche" })).toBeVisible();
  expect(screen.getByText("Für diesen Server ist keine Anmeldung gemerkt. Anmelden.")).toBeVisible();
  expect(byId("clock").closest("header")).toHaveTextContent("Sprechgruppen");
  await user.keyboard("?");
  expect(await screen.findByRole("dialog", { name: "Tastatur" })).toBeVisible();
  expect(byId("action-pause")).toHaveAccessibleName("Pause oder weiter: Leertaste. Taste ändern");
});

test("commands are found by what they are called in German", async () => {
  const { user } = await open(inGerman());
  await user.keyboard("{Control>}k{/Control}");
  await user.keyboard("lockout stunde");
  const list = await screen.findByRole("listbox", { name: "Befehle" });
  expect(within(list).getAllByRole("option")[0]).toHaveTextContent("sperren");
});

test("another language is chosen by its own name and loads the window anew; the same one does not", async () => {
  const { core, sent, showSettings, tell, user } = await open(inGerman());
  showSettings();
  const languages = await screen.findByRole("group", { name: "Sprache" });
  const names = within(languages)
    .getAllByRole("radio")
    .map((one) => one.closest("label")?.textContent?.trim());
  expect(names).toEqual(["Wie der Desktop", "English", "Deutsch"]);
  await user.click(within(languages).getByRole("radio", { name: "English" }));
  expect(sent).toEqual([{ kind: "change", setting: { name: "language", language: "en" } }]);
  const { settings } = inGerman();
  await tell(updateOf(101, { kind: "settingsChanged", settings: { ...settings, theme: "dark" } }));
  expect(core.reload).not.toHaveBeenCalled();
  await tell(updateOf(102, { kind: "settingsChanged", settings: { ...settings, language: "en" } }));
  expect(core.reload).toHaveBeenCalledOnce();
});
