// Hearing again what sounded last: by keys, from the menu of the replay button, and back to live.
import { fireEvent, screen } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";

import { ACTIONS } from "../src/actions";
import { REWINDS } from "../src/player/rewinds";
import { byId, open } from "./open";
import { room } from "./room";
import { busy, quiet, updateOf } from "./town";

describe("the last seconds and minutes", () => {
  room();

  test.each(REWINDS)("%d seconds are heard again by a key", async (seconds, action) => {
    const { sent, user } = await open(busy({ listening: { ...busy().listening, rewinds: 4 } }));
    await user.keyboard(ACTIONS[action].key);
    expect(sent).toEqual([{ kind: "rewind", seconds, nth: 4 }]);
  });

  test("are in a menu beside the replay button, each with its key", async () => {
    const { sent, user } = await open(busy());
    await user.click(byId("rewind-menu"));
    const items = await screen.findAllByTestId(/^rewind\d/);
    expect(items.map((item) => item.textContent?.replace(/\s+/g, " ").trim())).toEqual([
      "15 seconds 3",
      "30 seconds 4",
      "60 seconds 5",
      "2 minutes 6",
      "5 minutes 7",
    ]);
    await user.click(byId("rewind120"));
    expect(sent).toEqual([{ kind: "rewind", seconds: 120, nth: 0 }]);
  });

  test("are offered by a long press on the replay button, which is then no replay", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const { sent } = await open(busy());
      await fireEvent.pointerDown(byId("replay"));
      await vi.advanceTimersByTimeAsync(600);
      await fireEvent.pointerUp(byId("replay"));
      await fireEvent.click(byId("replay"), { detail: 1 });
      expect(await screen.findByTestId("rewind15")).toBeInTheDocument();
      expect(sent).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("are not there before anything was heard", async () => {
    const { sent, user } = await open(quiet());
    await user.keyboard("3");
    expect(byId("rewind-menu")).toBeDisabled();
    expect(sent).toEqual([]);
  });

  test("end by a button that is there while they are heard, and by its key", async () => {
    const { sent, user, tell } = await open(busy());
    await user.keyboard("g");
    expect([screen.queryByTestId("end-rewind"), sent]).toEqual([null, []]);
    await tell(updateOf(101, { kind: "listeningChanged", listening: { ...busy().listening, rewound: 3 } }));
    await user.click(byId("end-rewind"));
    await user.keyboard("g");
    expect(sent).toEqual([{ kind: "endRewind" }, { kind: "endRewind" }]);
    expect(byId("end-rewind").title).toContain("3 calls of the past");
  });
});
