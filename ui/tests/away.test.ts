// What was missed while nobody heard a server.
import { screen } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";

import { hindranceOf, type Facts } from "../src/actions";
import { gapAt } from "../src/feed/place";
import type { AwayView } from "../src/generated/AwayView";
import { apply, type State } from "../src/state";
import { words } from "../src/words";
import { byId, open } from "./open";
import { away, busy, gap, problem, row, server, snapshotOf, updateOf } from "./town";

const some = away({ calls: 14, durationMs: 190_000, skim: 3 });
const missing = (change: Partial<AwayView> = {}) => open(busy({ away: { ...some, ...change } }));
const changed = (away: AwayView) => ({ kind: "awayChanged", away }) as const;
const factsOf = (view: AwayView): Facts => ({
  state: apply(null, snapshotOf(busy({ away: view })), 0) as State,
  volumeDb: 0,
  update: null,
  chosen: 0,
  exporting: false,
  begun: true,
});

describe("calls that were missed", () => {
  test("are counted, with their length where that is known", async () => {
    const { tell } = await missing();
    expect(screen.getByText("14 calls while away, 3:10")).toBeVisible();
    await tell(updateOf(101, changed({ ...some, calls: 1, durationMs: null })));
    expect(screen.getByText("1 call while away")).toBeVisible();
    await tell(updateOf(102, changed(away())));
    expect(byId("away")).not.toBeVisible();
  });

  test.each([
    ["playMissed", "y", "play"],
    ["skimMissed", "{Shift>}y{/Shift}", "skim"],
    ["dropMissed", "{Shift>}x{/Shift}", "drop"],
  ] as const)("become what the button %s says, and its key", async (button, key, choice) => {
    const { sent, user } = await missing();
    await user.click(byId(button));
    await user.keyboard(key);
    expect(sent).toEqual([
      { kind: "missed", choice },
      { kind: "missed", choice },
    ]);
    expect(byId(button).title).toMatch(/\((Y|Shift Y|Shift X)\)$/);
  });

  test("are not skimmed where none stands out, and it is said why", async () => {
    const { sent, user } = await missing({ skim: 0 });
    expect(byId("skimMissed")).toHaveAttribute("aria-disabled", "true");
    await user.click(byId("skimMissed"));
    expect(sent).toEqual([]);
    expect(hindranceOf("skimMissed", factsOf({ ...some, skim: 0 }))).toMatch(/none stands out/);
  });

  test("have commands that say why there is nothing to do", () => {
    for (const id of ["playMissed", "skimMissed", "dropMissed"] as const) {
      expect(hindranceOf(id, factsOf(some))).toBeNull();
      expect(hindranceOf(id, factsOf(away()))).toBe("No missed calls wait.");
    }
  });

  test("are told of once, politely", async () => {
    const { tell } = await open(busy());
    const said = byId("away-said");
    expect(said).toHaveAttribute("aria-live", "polite");
    expect(said).toHaveTextContent("");
    await tell(updateOf(101, changed(some)));
    const text = "14 calls were missed while away. Play, skim or drop them.";
    expect(said).toHaveTextContent(text);
    await tell(updateOf(102, changed({ ...some, calls: 9 })));
    expect(said).toHaveTextContent(text);
    await tell(updateOf(103, changed(away())));
    expect(said).toHaveTextContent("");
    await tell(updateOf(104, changed({ ...some, calls: 2 })));
    expect(said).toHaveTextContent("2 calls were missed while away.");
  });

  test("are to be seen in the strip, which has no room for them", async () => {
    const snapshot = busy({ away: some });
    const { settings } = snapshot;
    await open({ ...snapshot, settings: { ...settings, display: { ...settings.display, compact: true } } });
    expect(byId("strip-compact")).toHaveAccessibleName(words.strip.backTo);
  });
});

describe("a gap", () => {
  const broken = gap({ problem: problem("serverError", "The server has trouble.") });

  test("has its server, its time and its reason, and can be tried again or left", async () => {
    const { sent, user } = await missing({ calls: 0, gaps: [broken] });
    const line = byId("gap");
    expect(line).toHaveTextContent(/What Harbor County had from .* to .* is not known\. The server has trouble\./);
    expect(screen.queryByTestId("missed")).toBeNull();
    expect(byId("gap-again")).toHaveAccessibleDescription(/Harbor County/);
    await user.click(byId("gap-again"));
    await user.click(byId("gap-leave"));
    expect(sent).toEqual([
      { kind: "lookAgain", server: 1 },
      { kind: "leaveGap", server: 1 },
    ]);
  });

  test("of more than is asked for is not tried again", async () => {
    await missing({ gaps: [gap()] });
    expect(byId("gap")).toHaveTextContent(words.away.tooMuch);
    expect(screen.queryByTestId("gap-again")).toBeNull();
    expect(byId("missed")).toBeVisible();
  });

  test("of another day says so, one at each server", async () => {
    const night = gap({ server: 2, fromMs: gap().fromMs - 86_400_000 });
    await open(busy({ servers: [server(), server({ id: 2, name: "Airport" })], away: away({ gaps: [gap(), night] }) }));
    const lines = screen.getAllByTestId("gap");
    expect(lines.map((line) => line.dataset["server"])).toEqual(["1", "2"]);
    expect(lines[1]).toHaveTextContent(/What Airport had from 13 Oct /);
  });

  test("is a line in the list, between what is known", () => {
    const rows = [row(9), row(8, { afterGap: true }), row(7), row(6, { afterGap: true })];
    // Below the call that says so; of the oldest, at its end.
    expect(rows.map((_, at) => gapAt(rows, at))).toEqual([null, null, "above", "below"]);
  });
});
