// What is kept on this computer: searched without a server, kept for ever, played when nobody has heard it, and deleted.
import { screen, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";

import type { UnheardView } from "../src/generated/UnheardView";
import { archiveLines } from "../src/settings/sheet/archiveLines";
import { archiveRoom, asked, lacking, list, opened, settled } from "./archive";
import { byId, open, openSettings } from "./open";
import { archived, busy, page, problem, row, server, signedOut, updateOf } from "./town";

archiveRoom();

const last = (core: Parameters<typeof asked>[0]) => asked(core).at(-1);

describe("a search of this computer", () => {
  test("is a switch away, looks for words in names too, and keeps what is set", async () => {
    const { core, keys, press, rest } = await opened();
    expect(byId("search-there")).toBeChecked();
    await keys("engine");
    await rest(300);
    await press("search-here");
    expect(last(core)).toMatchObject({ here: true, transcript: "engine", unheardOnly: false });
    expect(byId("search-text")).toHaveAccessibleName("Words in names, units and transcripts");
    await press("unheard-only");
    expect(last(core)).toMatchObject({ here: true, unheardOnly: true });
    expect(within(byId("chips")).getByText("Unheard only")).toBeVisible();
    await press("search-there");
    expect(last(core)).toMatchObject({ here: false, unheardOnly: false, transcript: "engine" });
    expect(screen.queryByTestId("unheard-only")).toBeNull();
  });

  test("needs no login and no link", async () => {
    const away = server({ account: signedOut(), link: { kind: "idle" } });
    const { core, press } = await opened(busy({ servers: [away] }), (core) =>
      core.search.mockResolvedValue(page(1, 2)),
    );
    expect(core.search).not.toHaveBeenCalled();
    expect(lacking()).toBeVisible();
    await press("search-here");
    expect(last(core)).toMatchObject({ here: true, server: away.id });
    expect(within(list()).getAllByTestId("feed-row")).toHaveLength(2);
  });

  test("that finds nothing or fails says what is the matter here", async () => {
    const { core, press } = await opened(busy(), (core) => core.search.mockResolvedValue(page(0, 0, { total: null })));
    await press("search-here");
    expect(lacking()).toHaveTextContent("kept on this computer yet");
    core.search.mockRejectedValue(problem("notArchived", "There is no archive on this computer now."));
    await press("search-again");
    expect(lacking()).toHaveTextContent("There is no archive on this computer now.");
  });
});

describe("a call", () => {
  const menu = async (change: Parameters<typeof archived>[1], others: UnheardView[] = []) => {
    const found = archived(1, { talkgroup: 4, ...change });
    const window = await opened(busy(), (core) => {
      core.search.mockResolvedValue(page(1, 1, { rows: [found], total: 1 }));
      core.unheard.mockResolvedValue([
        { talkgroup: { server: found.key.server, talkgroup: 4 }, name: found.title, calls: 12 },
        ...others,
      ]);
    });
    within(list()).getByTestId("feed-row").focus();
    await window.keys("{Shift>}{F10}{/Shift}");
    await settled();
    return { ...window, found };
  };

  test("that is here can be kept for ever, and no more", async () => {
    for (const isKept of [false, true]) {
      const { sent, user, found, unmount } = await menu({ isHere: true, isKept });
      const item = await screen.findByTestId("row-keep");
      expect(item).toHaveAttribute("aria-checked", String(isKept));
      await user.click(item);
      expect(sent.at(-1)).toEqual({ kind: "keepCall", call: found.key, on: !isKept });
      unmount();
    }
  });

  test("that a server has found is not here to be kept", async () => {
    await menu({});
    expect(await screen.findByTestId("row-enqueue")).toBeInTheDocument();
    expect(screen.queryByTestId("row-keep")).toBeNull();
  });

  test("leads to all that nobody has heard at its server, and it is said how much of that there was room for", async () => {
    const others = [
      { talkgroup: { server: 1, talkgroup: 5 }, name: "Police", calls: 300 },
      { talkgroup: { server: 2, talkgroup: 4 }, name: "Elsewhere", calls: 1_000 },
    ];
    const { core, user, found, keys } = await menu({ isHere: true }, others);
    expect(found.key.server).toBe(1);
    core.playUnheard.mockResolvedValueOnce({ queued: 200, left: 112 });
    await user.click(await screen.findByText("Play everything unheard (312 calls)"));
    expect(core.playUnheard).toHaveBeenCalledExactlyOnceWith(1, null);
    const said = byId("queued");
    expect(said).toHaveTextContent("200 calls were added to the queue. There is no room for 112 more");
    expect(said).toHaveAttribute("role", "status");
    await user.click(byId("dismiss-queued"));
    expect(said).not.toBeVisible();
    core.playUnheard.mockResolvedValueOnce({ queued: 1, left: 0 });
    within(list()).getByTestId("feed-row").focus();
    await keys("{Shift>}{F10}{/Shift}");
    await user.click(await screen.findByTestId("row-unheard"));
    expect(said).toHaveTextContent(/^1 call was added to the queue\.$/);
  });

  test("of the only talkgroup with something unheard does not offer the same twice", async () => {
    await menu({ isHere: true });
    expect(await screen.findByTestId("row-unheard")).toBeInTheDocument();
    expect(screen.queryByTestId("row-unheard-all")).toBeNull();
  });

  test("leads to what nobody has heard of its talkgroup, which can be kept for ever, too", async () => {
    const { core, sent, user, found, tell, keys } = await menu({ isHere: true });
    const key = { server: found.key.server, talkgroup: 4 };
    await user.click(await screen.findByText("Play 12 unheard calls"));
    expect(core.playUnheard).toHaveBeenCalledExactlyOnceWith(key.server, key);
    await keys("{Shift>}{F10}{/Shift}");
    await user.click(await screen.findByTestId("row-keep-talkgroup"));
    expect(sent.at(-1)).toEqual({ kind: "keepTalkgroup", talkgroup: key, on: true });
    const archive = { isOpen: true, calls: 1, bytes: 1, unheard: 1, talkgroups: [key] };
    await tell(updateOf(101, { kind: "archiveChanged", archive }));
    within(list()).getByTestId("feed-row").focus();
    await keys("{Shift>}{F10}{/Shift}");
    expect(await screen.findByTestId("row-keep-talkgroup")).toHaveAttribute("aria-checked", "true");
  });
});

describe("the settings", () => {
  const there = { isOpen: true, calls: 4321, bytes: 2_345_000_000, unheard: 17, talkgroups: [] };
  const choices = { on: true, days: 7, megabytes: 2_000 };

  test("say how much there is, and ask before everything goes", async () => {
    const window = await open(busy({ archive: there }));
    const { sent, user } = window;
    await openSettings(window);
    const line = byId("line-archive-there");
    expect(line).toHaveTextContent("4,321");
    expect(line).toHaveTextContent("2.3 GB");
    await user.click(byId("archive-delete"));
    expect(byId("what-archive-there")).toHaveTextContent("Delete all calls on this computer");
    await user.click(byId("archive-delete-not"));
    expect(sent).toEqual([]);
    await user.click(byId("archive-delete"));
    await user.click(byId("archive-delete-sure"));
    expect(sent).toEqual([{ kind: "deleteArchive" }]);
    expect(byId("archive-delete")).toBeVisible();
  });

  test("change one thing and leave the others, with a limit or without", async () => {
    const choose = vi.fn(async () => true);
    const hands = { choose, ask: vi.fn(), deleteAll: vi.fn() };
    const lines = archiveLines({ ...choices, days: 5 }, there, false, hands);
    for (const line of lines) expect([line.id, line.what]).toEqual([line.id, expect.stringMatching(/^[A-Z].* .*\.$/)]);
    const [on, days, size] = lines;
    if (on?.kind !== "switch" || days?.kind !== "choice" || size?.kind !== "choice") throw new Error("other lines");
    expect(days.choices.map(([value]) => value)).toEqual(["1", "3", "5", "7", "14", "30", "90", "all"]);
    await on.set(false);
    await days.choose("all");
    await size.choose("500");
    expect(choose.mock.calls).toEqual([
      [{ ...choices, days: 5, on: false }],
      [{ ...choices, days: null }],
      [{ ...choices, days: 5, megabytes: 500 }],
    ]);
  });

  test("have nothing to delete where nothing is", async () => {
    const window = await open(busy({ archive: { ...there, calls: 0 }, rows: [row(1)] }));
    await openSettings(window);
    expect(byId("archive-delete")).toBeDisabled();
  });
});
