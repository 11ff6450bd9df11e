// The bookmarks of the account, in the panel of the archive.
import { within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";

import { archiveRoom, calls, lacking, list, opened, shown, type Core } from "./archive";
import { byId } from "./open";
import { archived, busy, page, problem, server, updateOf } from "./town";

archiveRoom();

describe("bookmarks", () => {
  const some = (core: Core) =>
    core.bookmarks.mockResolvedValue({
      rows: [1, 5].map((n) => archived(n, { bookmarked: true })),
      next: null,
      total: 3,
      inVain: null,
    });

  test("are listed, and one that is taken away stays to be put back", async () => {
    const { core, next, press, sent, tell, user } = await opened(busy(), some);
    await press("view-bookmarks");
    expect(core.bookmarks).toHaveBeenCalledExactlyOnceWith(1);
    expect(shown()).toEqual(calls(1, 5));
    expect(byId("found-count")).toHaveTextContent("2 of 3 bookmarks; the other calls are gone");
    await user.click(within(list()).getAllByTestId("row-star")[0]!);
    expect(sent.at(-1)).toEqual({ kind: "bookmark", call: archived(1).key, on: false });
    await tell(updateOf(next(), { kind: "bookmarked", call: archived(1).key, on: false }));
    expect(within(list()).getAllByTestId("row-star")[0]).toHaveAccessibleName(/^Bookmark /);
    await press("search-again");
    expect(core.bookmarks).toHaveBeenCalledTimes(2);
  });

  test("are the newest hundred, where there are more", async () => {
    const { press } = await opened(busy(), (core) => core.bookmarks.mockResolvedValue(page(0, 100, { total: 130 })));
    await press("view-bookmarks");
    expect(byId("found-count")).toHaveTextContent("The newest 100 of 130 bookmarks");
  });

  test("can all be of calls that are gone", async () => {
    const { press } = await opened(busy(), (core) => core.bookmarks.mockResolvedValue(page(0, 0, { total: 2 })));
    await press("view-bookmarks");
    expect(lacking()).toHaveTextContent("The server has none of the 2 calls that you bookmarked any more.");
  });

  test("can be none", async () => {
    const { press } = await opened();
    await press("view-bookmarks");
    expect(lacking()).toHaveTextContent("No bookmarks yet");
  });

  test("need an account", async () => {
    const anonymous = server({ account: { kind: "anonymous", problem: null } });
    const { core, press } = await opened(busy({ servers: [anonymous] }));
    await press("view-bookmarks");
    expect(core.bookmarks).not.toHaveBeenCalled();
    expect(lacking()).toHaveTextContent("Bookmarks are kept in an account.");
  });

  test("that do not come say so", async () => {
    const { press } = await opened(busy(), (core) =>
      core.bookmarks.mockRejectedValueOnce(problem("serverError", "The server had an error.")),
    );
    await press("view-bookmarks");
    expect(lacking()).toHaveTextContent("The bookmarks could not be fetched. The server had an error.");
  });
});
