// Units' names: the server's, remembered ones, and the listener's own.
import { screen, within } from "@testing-library/svelte";
import axe from "axe-core";
import { describe, expect, test, vi } from "vitest";

import type { Row } from "../src/generated/Row";
import type { UnitView } from "../src/generated/UnitView";
import { isLong, speakerOf, speakersOf } from "../src/units/naming";
import { archiveRoom, list, opened, settled } from "./archive";
import { byId, open } from "./open";
import { archived, busy, onCard, page, playback, problem, updateOf } from "./town";

archiveRoom();

const spoken = (...units: UnitView[]): Row => ({ ...onCard, units });
const engine: UnitView = { atMs: 0, number: 4105, name: "Engine 4" };
const mine: UnitView = { ...engine, name: "The chief", own: { theirs: "Engine 4" } };

/** The window with this call on the card, playing at its sixth second. */
const heard = (on: Row) =>
  open(
    busy({
      rows: [on],
      playback: playback({ state: "playing", turn: 9, row: on, positionMs: 6600, durationMs: 11_200 }),
    }),
  );
const key = (unit: number) => ({ server: onCard.key.server, system: onCard.systemNumber, unit });
const dialog = () => screen.findByTestId("unit-dialog");

describe("who can be named", () => {
  test("is whoever has a number, each once, by the numbers over the air", () => {
    const several = spoken(engine, { atMs: 900, number: null, name: "Somebody" }, mine, {
      atMs: 2000,
      number: 7,
      name: null,
    });
    expect(speakersOf(several).map((one) => one.key)).toEqual([key(4105), key(7)]);
    expect(speakerOf(several, several.units[1]!)).toBeNull();
    expect(speakerOf(several, null)).toBeNull();
  });

  test("gets 60 characters at most, counted as people do", () => {
    expect([isLong("é".repeat(60)), isLong("🚒".repeat(60)), isLong(` ${"x".repeat(60)} `)]).toEqual([
      false,
      false,
      false,
    ]);
    expect([isLong("x".repeat(61)), isLong("x".repeat(10_000))]).toEqual([true, true]);
  });
});

describe("the unit that speaks", () => {
  test("is named from the card, and the name is the core's to grant", async () => {
    const { sent, user } = await heard(spoken(engine, { atMs: 6000, number: 7, name: null }));
    await user.click(byId("name-unit"));
    const asked = await dialog();
    expect(asked).toHaveAccessibleName("Name unit 7");
    expect(asked).toHaveTextContent("The server has no name for it.");
    expect(byId("unit-name")).toHaveFocus();
    expect(byId("save-unit")).toBeDisabled();
    await user.keyboard("  Ladder 2 {Enter}");
    expect(sent).toEqual([{ kind: "nameUnit", unit: key(7), name: "Ladder 2" }]);
    await vi.waitFor(() => expect(screen.queryByTestId("unit-dialog")).toBeNull());
    await vi.waitFor(() => expect(byId("name-unit")).toHaveFocus());
  });

  test("is named by key and from the palette's action, not while nobody knows who it is", async () => {
    const { user } = await heard(spoken({ atMs: 0, number: null, name: "Somebody" }));
    byId("live").focus();
    await user.keyboard("{Shift>}U{/Shift}");
    expect(screen.queryByTestId("unit-dialog")).not.toBeInTheDocument();
    expect(screen.queryByTestId("name-unit")).not.toBeInTheDocument();
  });

  test("is asked about by its key while it speaks", async () => {
    const { user } = await heard(spoken(engine, { atMs: 6000, number: 7, name: null }));
    byId("live").focus();
    await user.keyboard("{Shift>}U{/Shift}");
    expect(await dialog()).toHaveAccessibleName("Name unit 7");
  });

  test("shows that its name is the listener's, on the card and in the details", async () => {
    const { user } = await heard(spoken(mine));
    expect(within(byId("now-unit")).getByTestId("own-name")).toHaveTextContent("named by you");
    await user.click(document.getElementById("details-button")!);
    expect(byId("detail-unit")).toHaveTextContent("The chief (4105) named by you");
  });
});

describe("a name of one's own", () => {
  test("is changed, and given up for the server's", async () => {
    const { sent, user } = await heard(spoken(mine));
    await user.click(byId("name-unit"));
    const asked = await dialog();
    expect(byId("unit-name")).toHaveValue("The chief");
    expect(asked).toHaveTextContent("The server calls it Engine 4.");
    await user.click(byId("unname-unit"));
    expect(sent).toEqual([{ kind: "nameUnit", unit: key(4105), name: null }]);
  });

  test("is given up by an empty field, too, and one that stays as it was is no wish", async () => {
    const { sent, user } = await heard(spoken(mine));
    await user.click(byId("name-unit"));
    await dialog();
    await user.keyboard("{Enter}");
    expect(sent).toEqual([]);
    await user.click(byId("name-unit"));
    await dialog();
    await user.clear(byId("unit-name"));
    await user.keyboard("{Enter}");
    expect(sent).toEqual([{ kind: "nameUnit", unit: key(4105), name: null }]);
  });

  test("that is too long is not sent, and why is said", async () => {
    const { sent, user } = await heard(spoken(engine));
    await user.click(byId("name-unit"));
    const asked = await dialog();
    await user.click(byId("unit-name"));
    await user.paste("x".repeat(10_000));
    expect(asked).toHaveTextContent("A name has 60 characters at most.");
    expect(byId("unit-name")).toHaveAttribute("aria-invalid", "true");
    expect(byId("save-unit")).toBeDisabled();
    await user.keyboard("{Enter}");
    expect(sent).toEqual([]);
  });

  test("that the core refuses stays in its field, and the reason is said in the dialog", async () => {
    const { refuse, user } = await heard(spoken(engine));
    refuse(problem("notPossible", "You have named 10000 units."));
    await user.click(byId("name-unit"));
    const asked = await dialog();
    await user.keyboard("Mine{Enter}");
    expect(await within(asked).findByText("You have named 10000 units.")).toBeVisible();
    expect(byId("unit-name")).toHaveValue("Mine");
  });

  test("is marked in lists and asked for from a row's menu, for each who speaks there", async () => {
    const found = archived(1, { units: [mine, { atMs: 900, number: 7, name: null }] });
    const { keys, tell, user } = await opened(busy(), (core) =>
      core.search.mockResolvedValue(page(1, 1, { rows: [found], total: 1 })),
    );
    const line = within(list()).getByTestId("feed-row");
    expect(line).toHaveAccessibleName(/The chief, .*named by you/);
    line.focus();
    await keys("{Shift>}{F10}{/Shift}");
    const items = await screen.findAllByTestId("row-name-unit");
    expect(items.map((item) => item.textContent?.trim())).toEqual(["Name unit The chief…", "Name unit 7…"]);
    await user.click(items[1]!);
    await settled();
    expect(await dialog()).toHaveAccessibleName("Name unit 7");
    expect(byId("unit-name")).toHaveFocus();
    await keys("{Escape}");
    await tell(updateOf(101, { kind: "rowChanged", row: { ...found, units: [engine] } }));
    expect(within(line).queryByTestId("own-name")).toBeNull();
  });

  test("has a dialog in which axe finds nothing wrong", async () => {
    const { user } = await heard(spoken(mine));
    await user.click(byId("name-unit"));
    const options = { rules: { "color-contrast": { enabled: false } } };
    expect((await axe.run(await dialog(), options)).violations).toEqual([]);
  });

  test("with signs that could be tags is text", async () => {
    await heard(spoken({ ...mine, name: "<b>Chief</b>" }));
    expect(byId("now-unit")).toHaveTextContent("<b>Chief</b>");
  });
});
