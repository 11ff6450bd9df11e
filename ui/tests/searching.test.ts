// The panel in which a server's archive is searched, and its bookmarks.
import { screen, within } from "@testing-library/svelte";
import axe from "axe-core";
import { describe, expect, test, vi } from "vitest";

import type { FoundPage } from "../src/generated/FoundPage";
import { archiveRoom, asked, calls, lacking, list, opened, settled, shown, type Core } from "./archive";
import { byId } from "./open";
import { archived, busy, page, problem, row, server, signedOut, updateOf, vast, waitingLink } from "./town";

archiveRoom();

describe("the search panel", () => {
  test("opens with its button or F, has the focus in the words, and gives it back", async () => {
    const { core, keys } = await opened();
    expect(byId("search-text")).toHaveFocus();
    expect(byId("search")).toHaveAttribute("aria-expanded", "true");
    expect(core.search).toHaveBeenCalledOnce();
    expect(core.search.mock.calls[0]).toEqual([
      expect.objectContaining({ server: 1, transcript: "", fromMs: null, toMs: null, oldestFirst: false }),
      null,
    ]);
    expect(shown()).toEqual(calls(0, 1, 2));
    await keys("{Escape}");
    expect(screen.queryByTestId("search-panel")).toBeNull();
    expect(byId("search")).toHaveFocus();
    await keys("f");
    expect(byId("search-text")).toHaveFocus();
    // What was found is still there, and was not asked for again.
    expect(shown()).toEqual(calls(0, 1, 2));
    expect(core.search).toHaveBeenCalledOnce();
  });

  test("is gone to with a slash, from its list and from anywhere", async () => {
    const { keys } = await opened();
    await keys("{ArrowDown}");
    expect(document.activeElement).toHaveAttribute("data-call", calls(0)[0]);
    await keys("/");
    expect(byId("search-text")).toHaveFocus();
    await keys("{Escape}");
    byId("live").focus();
    await keys("/");
    expect(byId("search-text")).toHaveFocus();
    expect(byId("search-text")).toHaveValue("");
  });

  test("takes the place of the talkgroups", async () => {
    const { press } = await opened();
    await press("talkgroups");
    expect(screen.queryByTestId("search-panel")).toBeNull();
    expect(byId("talkgroups-panel")).toBeVisible();
    expect(byId("search")).toHaveAttribute("aria-expanded", "false");
  });

  test("says how many calls were found", async () => {
    await opened(busy(), (core) => core.search.mockResolvedValue(page(0, 3, { total: 310, next: "a" })));
    expect(byId("found-count")).toHaveTextContent("3 of 310 calls");
    expect(screen.getByText("310 calls found")).toBeInTheDocument();
  });
});

describe("words", () => {
  test("are searched for once typing rests, and cleared at once", async () => {
    const { core, keys, rest } = await opened();
    await keys("alarm");
    await rest(150);
    expect(core.search).toHaveBeenCalledTimes(1);
    await rest(100);
    expect(asked(core).map(({ transcript }) => transcript)).toEqual(["", "alarm"]);
    await keys("{Escape}");
    expect(byId("search-text")).toHaveValue("");
    expect(asked(core).at(-1)?.transcript).toBe("");
    expect(byId("search-panel")).toBeVisible();
  });

  test("that are typed meanwhile leave the answer to the older ones unseen", async () => {
    let late: (page: FoundPage) => void = () => undefined;
    const { core, keys, rest } = await opened();
    core.search.mockImplementationOnce(() => new Promise((come) => (late = come)));
    await keys("ala");
    await rest(200);
    await keys("rm");
    late(page(50, 2));
    await settled();
    expect(shown()).toEqual(calls(0, 1, 2));
    core.search.mockResolvedValueOnce(page(20, 1));
    await rest(200);
    expect(shown()).toEqual(calls(20));
  });

  test("that are taken back before the answer are asked for again", async () => {
    const { core, keys, rest } = await opened();
    core.search.mockImplementationOnce(() => new Promise(() => undefined));
    await keys("a");
    await rest(200);
    await keys("b{Backspace}");
    await rest(200);
    expect(asked(core).map(({ transcript }) => transcript)).toEqual(["", "a", "a"]);
    expect(shown()).toEqual(calls(0, 1, 2));
  });

  test("are marked in what was said, which is asked for as it is seen", async () => {
    const { core, keys, rest } = await opened();
    core.details.mockImplementation(async ({ call }) => ({
      transcript: call === 9_999 ? null : { text: `Call ${call}: an ALARM <b>sounding</b>.`, segments: [] },
    }));
    await keys("alarm");
    await rest(200);
    await rest(0);
    const said = screen.getAllByTestId("found-words");
    expect(said.map((one) => one.textContent?.trim())).toEqual([
      "Call 10000: an ALARM <b>sounding</b>.",
      "No transcript",
      "Call 9998: an ALARM <b>sounding</b>.",
    ]);
    expect([...said[0]!.querySelectorAll("mark")].map((one) => one.textContent)).toEqual(["ALARM"]);
    expect(said[0]!.querySelector("b")).toBeNull();
    expect(core.details).toHaveBeenCalledTimes(3);
  });
});

describe("what narrows the search", () => {
  test("is chosen from lists, several of each, with the keys alone", async () => {
    const { core, keys } = await opened();
    byId("pick-tags").focus();
    await keys("{Enter}");
    const field = await screen.findByTestId("pick-tags-find");
    expect(field).toHaveAttribute("aria-label", "Find tags");
    await vi.waitFor(() => expect(field).toHaveFocus());
    const options = () => screen.getAllByTestId("option");
    expect(options().map((one) => one.textContent?.trim())).toEqual(["Air", "EMS", "Fire", "Law", "Transit", "Works"]);
    await keys("{ArrowDown}{ArrowDown}{Enter}");
    expect(options()[2]).toHaveAttribute("aria-selected", "true");
    expect(field.getAttribute("aria-activedescendant")).toBe(options()[2]!.id);
    await keys("la{Enter}");
    expect(asked(core).at(-1)?.tags).toEqual(["Fire", "Law"]);
    await keys("{Escape}");
    await vi.waitFor(() => expect(byId("pick-tags")).toHaveFocus());
    expect(byId("pick-tags")).toHaveAccessibleName("Tags, 2 chosen");
    expect(byId("search-panel")).toBeVisible();
  });

  test("is named by database ids, and talkgroups are those of the chosen systems", async () => {
    const { core, press, user } = await opened();
    await press("pick-systems");
    await user.click(await screen.findByText("Harbor Transit", { selector: ".option bdi" }));
    await settled();
    expect(asked(core).at(-1)?.systems).toEqual([8]);
    await user.keyboard("{Escape}");
    await vi.waitFor(() => expect(screen.queryByRole("listbox", { hidden: true })).toBeNull());
    await press("pick-talkgroups");
    await screen.findByRole("listbox", { hidden: true });
    await settled();
    expect(screen.getAllByTestId("option").map((one) => one.querySelector("bdi")?.textContent)).toEqual([
      "Tram Operations",
      "Bus Operations",
    ]);
    await user.click(screen.getAllByTestId("option")[1]!);
    expect(asked(core).at(-1)).toMatchObject({ systems: [8], talkgroups: [44] });
  });

  test("is shown, taken away one by one, and all at once", async () => {
    const { core, press, user } = await opened();
    await press("bookmarked-only");
    await press("pick-groups");
    await user.click(await screen.findByText("Fire group", { selector: ".option bdi" }));
    await user.keyboard("{Escape}");
    await settled();
    const chips = () =>
      within(byId("chips"))
        .getAllByRole("button")
        .map((one) => one.textContent?.trim());
    expect(chips()).toEqual(["Fire group", "Bookmarked only", "Clear all"]);
    await user.click(screen.getByRole("button", { name: "Remove Fire group" }));
    await settled();
    expect(asked(core).at(-1)).toMatchObject({ groups: [], bookmarkedOnly: true });
    expect(screen.getByRole("button", { name: "Remove Bookmarked only" })).toHaveFocus();
    await press("clear-all");
    expect(asked(core).at(-1)).toMatchObject({ bookmarkedOnly: false });
    expect(screen.queryByTestId("chips")).toBeNull();
    expect(byId("search-text")).toHaveFocus();
  });

  test("can be days, which begin and end where this computer's do", async () => {
    vi.setSystemTime(new Date(2026, 9, 14, 10, 30));
    const { core, press, rest } = await opened();
    await press("search-when");
    await press("when-yesterday");
    await rest(200);
    const at = (...of: [number, number, number]) => new Date(2026, 9, ...of).getTime();
    expect(asked(core).at(-1)).toMatchObject({ fromMs: at(13, 0, 0), toMs: at(14, 0, 0) - 1 });
    await press("when-week");
    await rest(200);
    expect(asked(core).at(-1)).toMatchObject({ fromMs: at(8, 0, 0), toMs: null });
  });

  test("is not asked for where the end is before the beginning, which is said", async () => {
    const { core, press, rest, user } = await opened();
    await press("search-when");
    await user.type(byId("from-day"), "2026-10-14");
    await rest(200);
    const before = core.search.mock.calls.length;
    await user.type(byId("to-day"), "2026-10-13");
    await rest(200);
    expect(core.search).toHaveBeenCalledTimes(before);
    expect(byId("search-amiss")).toHaveTextContent("The end is before the beginning.");
    expect(byId("to-day")).toHaveAttribute("aria-invalid", "true");
  });

  test("can be turned round, and needs an account for bookmarks", async () => {
    const anonymous = server({ account: { kind: "anonymous", problem: null } });
    const { core, user } = await opened(busy({ servers: [anonymous] }));
    await user.selectOptions(byId("search-sort"), "Oldest first");
    expect(asked(core).at(-1)).toMatchObject({ oldestFirst: true });
    expect(byId("bookmarked-only")).toBeDisabled();
  });

  test("is found among twenty thousand, of which only what can be seen is drawn", async () => {
    const { press, keys } = await opened(busy(), (core) => core.talkgroups.mockResolvedValue(vast()));
    await press("pick-talkgroups");
    await screen.findByRole("listbox", { hidden: true });
    await settled();
    expect(screen.getAllByTestId("option").length).toBeLessThan(80);
    await vi.waitFor(() => expect(byId("pick-talkgroups-find")).toHaveFocus());
    await keys("obras 7-13 ");
    expect(screen.getAllByTestId("option")[0]).toHaveTextContent("Departamento de Obras Públicas 7-13");
  });
});

describe("what was found", () => {
  const many = (core: Core) =>
    core.search.mockImplementation(async (_query, after) => {
      const from = Number(after ?? 0);
      return page(from, 30, { next: from + 30 < 90 ? String(from + 30) : null, total: 90 });
    });

  test("is walked with the arrows, played with Enter, and goes on below", async () => {
    const { core, keys, sent } = await opened(busy(), many);
    await keys("{ArrowDown}");
    expect(document.activeElement).toHaveAttribute("data-call", "10000");
    await keys("{ArrowDown}{Enter}");
    expect(sent.at(-1)).toEqual({ kind: "play", call: { server: 1, call: 9_999 } });
    await keys("{End}");
    await keys("{End}");
    await keys("{End}");
    expect(asked(core)).toHaveLength(3);
    expect(core.search.mock.calls.map(([, after]) => after)).toEqual([null, "30", "60"]);
    expect(document.activeElement).toHaveAttribute("data-call", calls(89)[0]);
    expect(document.activeElement).toHaveAttribute("aria-setsize", "90");
    expect(screen.queryByTestId("found-more")).toBeNull();
  });

  test("keeps the focus and its place while calls arrive, and shows what becomes of its calls", async () => {
    const { keys, next, tell } = await opened(busy(), many);
    await keys("{ArrowDown}{ArrowDown}");
    const at = document.activeElement;
    await tell(updateOf(next(), { kind: "rowsAdded", rows: [row(300)] }));
    expect(document.activeElement).toBe(at);
    await tell(updateOf(next(), { kind: "rowChanged", row: archived(1, { state: { kind: "waiting" } }) }));
    expect(document.activeElement).toBe(at);
    expect(at).toHaveAttribute("data-state", "waiting");
    await tell(updateOf(next(), { kind: "bookmarked", call: archived(1).key, on: true }));
    expect(at).toHaveAccessibleName(/bookmarked/);
  });

  test("can be bookmarked by its star, put into the queue, saved, held and shared from its menu", async () => {
    const { core, keys, sent, user } = await opened();
    await user.click(within(list()).getAllByTestId("row-star")[1]!);
    expect(sent.at(-1)).toEqual({ kind: "bookmark", call: archived(1).key, on: true });
    const item = async (text: string) => {
      within(list()).getAllByTestId("feed-row")[2]!.focus();
      await keys("{Shift>}{F10}{/Shift}");
      await user.click(within(await screen.findByRole("menu", { hidden: true })).getByText(text));
      await settled();
    };
    await item("Add to the queue");
    expect(sent.at(-1)).toEqual({ kind: "enqueue", call: archived(2).key });
    await vi.waitFor(() => expect(document.activeElement).toHaveAttribute("data-call", calls(2)[0]));
    await item("Save the recording and a text");
    expect(core.saveCalls).toHaveBeenLastCalledWith([archived(2).key], true);
    await user.click(byId("save-found"));
    await settled();
    const found = within(list()).getAllByTestId("feed-row").length;
    expect(core.saveCalls.mock.lastCall![0].length).toBeGreaterThanOrEqual(found);
    expect(byId("saved")).toHaveTextContent(/calls are saved in/);
    await item("Hold talkgroup");
    const talkgroup = archived(2).talkgroup;
    expect(sent.at(-1)).toEqual({ kind: "holdTalkgroup", talkgroup: { server: 1, talkgroup } });
    await item("Share…");
    expect(await screen.findByTestId("share-dialog")).toHaveTextContent(archived(2).title);
  });

  test("shows what was said with O, and hides it again", async () => {
    const { core, keys } = await opened(busy(), (core) =>
      core.details.mockResolvedValue({ transcript: { text: "Engine four.", segments: [] } }),
    );
    await keys("{ArrowDown}");
    expect(core.details).not.toHaveBeenCalled();
    await keys("o");
    expect(byId("found-words")).toHaveTextContent("Engine four.");
    expect(byId("found-words")).toHaveAttribute("aria-live", "polite");
    await keys("o");
    expect(screen.queryByTestId("found-words")).toBeNull();
    expect(core.details).toHaveBeenCalledExactlyOnceWith(archived(0).key);
  });

  test("says when more could not be fetched, and goes on when it is asked to", async () => {
    const { press } = await opened(busy(), (core) =>
      core.search
        .mockResolvedValueOnce(page(0, 3, { next: "a" }))
        .mockRejectedValueOnce(problem("linkLost", "The link ended."))
        .mockResolvedValueOnce(page(3, 1)),
    );
    expect(byId("found-foot")).toHaveTextContent("More could not be fetched. The link ended.");
    expect(shown()).toEqual(calls(0, 1, 2));
    await press("found-more");
    expect(shown()).toEqual(calls(0, 1, 2, 3));
  });
});

describe("where nothing is shown, it is said why", () => {
  test("while the answer is waited for", async () => {
    await opened(busy(), (core) => core.search.mockReturnValue(new Promise(() => undefined)));
    expect(lacking()).toHaveTextContent("Searching");
  });

  test("where nothing fits, with a way back", async () => {
    const { core, keys, press, rest } = await opened(busy(), (core) => core.search.mockResolvedValue(page(0, 0)));
    expect(lacking()).toHaveTextContent("The archive of Harbor County is empty, or holds nothing for you.");
    await press("bookmarked-only");
    expect(lacking()).toHaveTextContent("Nothing in the archive fits everything that is set.");
    byId("search-text").focus();
    await keys("alarm");
    await rest(200);
    expect(lacking()).toHaveTextContent("Calls without a transcript are not found by words.");
    core.search.mockResolvedValue(page(0, 3));
    await press("talkgroups-action");
    expect(shown()).toEqual(calls(0, 1, 2));
    expect(byId("search-text")).toHaveValue("");
  });

  test("where nothing was heard among so many calls that the search was given up", async () => {
    await opened(busy(), (core) => core.search.mockResolvedValue(page(0, 0, { inVain: 5_000 })));
    expect(byId("search-panel")).toHaveTextContent(
      "None of the next 5,000 stored calls is one that your account may hear.",
    );
    expect(screen.queryByTestId("found-more")).toBeNull();
  });

  test("where nothing more is heard below what was found", async () => {
    await opened(busy(), (core) => core.search.mockResolvedValue(page(0, 3, { inVain: 5_000 })));
    expect(byId("found-foot")).toHaveTextContent("None of the next 5,000 stored calls");
    expect(screen.queryByTestId("found-more")).toBeNull();
  });

  test("where it failed, and it can be tried again", async () => {
    const { press } = await opened(busy(), (core) =>
      core.search.mockRejectedValueOnce(problem("serverError", "The server had an error.")),
    );
    expect(lacking()).toHaveTextContent("The search failed. The server had an error.");
    await press("talkgroups-action");
    expect(shown()).toEqual(calls(0, 1, 2));
  });

  test("where there is no link, and it is made up for when there is one", async () => {
    const lost = server({ link: waitingLink(9000) });
    const { core, next, press, sent, tell } = await opened(busy({ servers: [lost] }), (core) =>
      core.search.mockRejectedValueOnce(problem("serverUnreachable", "No answer.")),
    );
    expect(lacking()).toHaveTextContent("There is no link to Harbor County, and the archive is there.");
    await press("talkgroups-action");
    expect(sent.at(-1)).toEqual({ kind: "reconnect", server: 1 });
    await tell(updateOf(next(), { kind: "serverChanged", server: server() }));
    expect(core.search).toHaveBeenCalledTimes(2);
    expect(shown()).toEqual(calls(0, 1, 2));
  });

  test("where somebody has to sign in first", async () => {
    const { core, press } = await opened(busy({ servers: [server({ account: signedOut() })] }));
    expect(core.search).not.toHaveBeenCalled();
    expect(lacking()).toHaveTextContent("Sign in to search the archive of Harbor County.");
    await press("talkgroups-action");
    expect(byId("server-panel")).toBeVisible();
  });

  test("where the login turns out to have ended", async () => {
    const ended = { ...problem("signedOut", "Sign in again."), retry: { kind: "afterSigningIn" } } as const;
    const { press } = await opened(busy(), (core) => core.search.mockRejectedValueOnce(ended));
    expect(lacking()).toHaveTextContent("Sign in again.");
    expect(byId("talkgroups-action")).toHaveTextContent("See what it needs");
    await press("talkgroups-action");
    expect(screen.queryByTestId("search-panel")).toBeNull();
  });
});

test("another account sees nothing of what the one before had found", async () => {
  const { core, next, tell } = await opened();
  core.search.mockResolvedValueOnce(page(40, 1));
  const anonymous = server({ account: { kind: "anonymous", problem: null } });
  await tell(updateOf(next(), { kind: "serverChanged", server: anonymous }));
  expect(shown()).toEqual(calls(40));
});

test("of several servers one is searched, first the one that is heard; its ids are not used at another", async () => {
  const servers = [server(), server({ id: 2, name: "Ridge" })];
  const { core, press, user } = await opened(busy({ servers }));
  expect(byId("search-server")).toHaveDisplayValue("Harbor County");
  await press("pick-tags");
  await user.click(await screen.findByText("Fire", { selector: ".option bdi" }));
  await user.keyboard("{Escape}");
  await user.selectOptions(byId("search-server"), "Ridge");
  await settled();
  expect(asked(core).at(-1)).toMatchObject({ server: 2, tags: [] });
  expect(core.talkgroups).toHaveBeenLastCalledWith(2);
  expect(screen.queryByTestId("chips")).toBeNull();
});

test("axe finds nothing wrong with the panel, its lists, its days, and where nothing was found", async () => {
  vi.useRealTimers();
  const { container, core, press, user } = await opened(busy({ servers: [server(), server({ id: 2 })] }));
  const wrong = async (what: Element = container) => {
    const { violations } = await axe.run(what, { rules: { "color-contrast": { enabled: false } } });
    return violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
  };
  expect(await wrong()).toEqual([]);
  await press("pick-tags");
  await screen.findByRole("listbox", { hidden: true });
  await settled();
  expect(await wrong(byId("pick-tags-list"))).toEqual([]);
  await user.keyboard("{Escape}");
  await press("search-when");
  const popover = (await screen.findByTestId("from-day")).closest<HTMLElement>(".float")!;
  expect(await wrong(popover)).toEqual([]);
  await user.keyboard("{Escape}");
  core.search.mockResolvedValue(page(0, 0));
  await press("bookmarked-only");
  expect(await wrong()).toEqual([]);
  await press("view-bookmarks");
  expect(await wrong()).toEqual([]);
});
