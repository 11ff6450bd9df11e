// Calls saved to files: from the card by its key, from a call's menu, and many at once from what was found.
import { screen } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";

import { byId, open } from "./open";
import { busy, onCard, problem } from "./town";

describe("a call", () => {
  test("is saved by its key, which says where it is, and its folder is shown", async () => {
    const { core, user } = await open(busy());
    await user.keyboard("{Control>}s{/Control}");
    expect(core.saveCalls).toHaveBeenCalledWith([onCard.key], false);
    expect(byId("saved")).toHaveTextContent(/Saved as call \d+\.mp3 in Downloads\/Squelch\./);
    await user.click(byId("show-saved"));
    expect(core.showSaved).toHaveBeenCalledOnce();
    await user.click(byId("dismiss-saved"));
    expect(byId("saved")).not.toBeVisible();
  });

  test("that could not be saved says why, and one that nobody answers for is refused as other wishes are", async () => {
    const { core, user } = await open(busy());
    const full = problem("notWritten", "The disk is full: the call was not saved. Make room, and save it again.");
    core.saveCalls.mockResolvedValueOnce({ folder: "/x", files: [], problems: [full], missing: 1 });
    await user.keyboard("{Control>}s{/Control}");
    expect(byId("saved")).toHaveTextContent(/One was not saved\.\s*The disk is full/);
    expect(screen.queryByTestId("show-saved")).toBeNull();
    core.saveCalls.mockRejectedValueOnce(problem("notPossible", "Squelch is ending."));
    await user.keyboard("{Control>}s{/Control}");
    expect(await screen.findByText("Squelch is ending.")).toBeVisible();
  });
});
