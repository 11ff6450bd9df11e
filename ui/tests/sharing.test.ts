// Bookmarks and shared links.
import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { tick } from "svelte";
import { describe, expect, test, vi } from "vitest";

import FeedRow from "../src/feed/FeedRow.svelte";
import RowMenu from "../src/feed/RowMenu.svelte";
import type { Command } from "../src/generated/Command";
import type { Row } from "../src/generated/Row";
import type { SharedLink } from "../src/generated/SharedLink";
import type { Snapshot } from "../src/generated/Snapshot";
import { byId, LINK, open } from "./open";
import { room } from "./room";
import { busy, onCard, playback, problem, row, selection, server, updateOf } from "./town";

room();

const settled = async (): Promise<void> => {
  for (let i = 0; i < 8; i += 1) await tick();
};

/** A window with one call on the card, which is also in the feed. */
const heard = (bookmarked: boolean | null): Snapshot =>
  busy({ playback: playback({ state: "playing", turn: 1, row: { ...onCard, bookmarked } }) });

describe("the bookmark of the call on the card", () => {
  test("is set and taken away by its button and by B, and shown once the core says so", async () => {
    const { sent, tell, user } = await open(heard(false));
    expect(byId("bookmark")).toHaveAttribute("aria-pressed", "false");
    await user.click(byId("bookmark"));
    const wish = (on: boolean) => ({ kind: "bookmark", call: onCard.key, on });
    expect(sent).toEqual([wish(true)]);
    expect(byId("bookmark")).toHaveAttribute("aria-pressed", "false");
    await tell(updateOf(101, { kind: "bookmarked", call: onCard.key, on: true }));
    expect(byId("bookmark")).toHaveAttribute("aria-pressed", "true");
    byId("live").focus();
    await user.keyboard("b");
    expect(sent.at(-1)).toEqual(wish(false));
  });

  test("is what the second of two quick presses takes away again", async () => {
    const { sent, user } = await open(heard(false));
    byId("live").focus();
    await user.keyboard("bb");
    expect(sent.map((one) => one.kind === "bookmark" && one.on)).toEqual([true, false]);
  });

  test("counts as not set once the core has taken it away by itself", async () => {
    const { sent, tell, user } = await open(heard(false));
    byId("live").focus();
    await user.keyboard("b");
    await tell(updateOf(101, { kind: "bookmarked", call: onCard.key, on: false }));
    await user.keyboard("b");
    expect(sent.map((one) => one.kind === "bookmark" && one.on)).toEqual([true, true]);
  });

  test("needs an account, and says so", async () => {
    const { sent, user } = await open(heard(null));
    expect(byId("bookmark")).toHaveAttribute("aria-disabled", "true");
    expect(byId("bookmark")).toHaveAttribute("title", "Bookmarks need an account");
    await user.click(byId("bookmark"));
    await user.keyboard("b");
    expect(sent).toEqual([]);
  });
});

describe("a call's link", () => {
  /** The dialog over the call on the card. */
  async function asked(
    snapshot = busy(),
    prepare: (core: Awaited<ReturnType<typeof open>>["core"]) => void = () => {},
  ) {
    const window = await open(snapshot);
    prepare(window.core);
    await window.user.click(byId("share"));
    await screen.findByTestId("share-dialog");
    await settled();
    return window;
  }

  test("is made when somebody asks for it, copied, and opened in the browser", async () => {
    const { core, user } = await asked();
    expect(core.shared).toHaveBeenCalledExactlyOnceWith(onCard.key);
    expect(core.share).not.toHaveBeenCalled();
    expect(byId("share-dialog")).toHaveTextContent("Anybody who has the link can hear this call");
    await user.click(byId("share-make"));
    await settled();
    expect(core.share).toHaveBeenCalledExactlyOnceWith(onCard.key);
    expect(byId("share-link")).toHaveValue(LINK);
    expect(byId("share-said")).toHaveTextContent("This link was made just now.");
    await vi.waitFor(() => expect(byId("share-copy")).toHaveFocus());
    await user.click(byId("share-copy"));
    expect(byId("share-said")).toHaveTextContent("Copied");
    expect(await navigator.clipboard.readText()).toBe(LINK);
    await user.click(byId("share-open"));
    expect(core.openLink).toHaveBeenCalledExactlyOnceWith(LINK);
  });

  test("that is there already is shown, and ended at the second press", async () => {
    const { core, user } = await asked(busy(), (core) => core.shared.mockResolvedValue({ url: LINK, isNew: false }));
    expect(byId("share-said")).toHaveTextContent("This call is shared already.");
    await user.click(byId("share-stop"));
    expect(core.unshare).not.toHaveBeenCalled();
    expect(byId("share-stop")).toHaveTextContent("End the link for everybody?");
    await user.click(byId("share-stop"));
    await settled();
    expect(core.unshare).toHaveBeenCalledExactlyOnceWith(onCard.key);
    expect(byId("share-said")).toHaveTextContent("The link has ended.");
    await vi.waitFor(() => expect(byId("share-make")).toHaveFocus());
  });

  test.each([
    ["limited", "This server makes ten links a minute at most. Try again in a minute."],
    ["not ours", "Somebody else shared this call; only they or an operator can end the link."],
  ])("that is refused as %s says why and can be tried again", async (_name, message) => {
    const { core, user } = await asked();
    core.share.mockRejectedValueOnce(problem("notPossible", message));
    await user.click(byId("share-make"));
    await settled();
    expect(byId("share-problem")).toHaveTextContent(message);
    await user.click(byId("share-make"));
    await settled();
    expect(byId("share-link")).toHaveValue(LINK);
    expect(screen.queryByTestId("share-problem")).toBeNull();
  });

  test.each([
    [{ sharing: false }, "Harbor County does not share calls. Its operator can switch that on."],
    [{ account: { kind: "anonymous", problem: null } as const }, "Sign in to Harbor County to share its calls."],
  ])("with %j is not offered, and nothing is asked", async (change, text) => {
    const { core } = await asked(busy({ servers: [server(change)] }));
    expect(byId("share-dialog")).toHaveTextContent(text);
    expect(screen.queryByTestId("share-make")).toBeNull();
    expect(core.shared).not.toHaveBeenCalled();
  });

  test("that comes after the dialog was closed is nobody's", async () => {
    let late: (link: SharedLink) => void = () => undefined;
    const { core, user } = await asked(busy(), (core) =>
      core.shared.mockImplementationOnce(() => new Promise((come) => (late = come))),
    );
    await user.keyboard("{Escape}");
    await vi.waitFor(() => expect(screen.queryByTestId("share-dialog")).toBeNull());
    core.shared.mockResolvedValue(null);
    await user.click(byId("share"));
    await settled();
    late({ url: "https://elsewhere.example", isNew: false });
    await settled();
    expect(screen.queryByTestId("share-link")).toBeNull();
    expect(byId("share-make")).toBeVisible();
  });

  test("is copied by hand where the desktop does not let it be", async () => {
    const { user } = await asked(busy(), (core) => core.shared.mockResolvedValue({ url: LINK, isNew: false }));
    vi.spyOn(navigator.clipboard, "writeText").mockRejectedValueOnce(new Error("no"));
    await user.click(byId("share-copy"));
    expect(byId("share-said")).toHaveTextContent("It is selected: copy it with your keyboard.");
    expect(byId("share-link")).toHaveFocus();
  });

  test("has nothing that axe finds wrong", async () => {
    await asked(busy(), (core) => core.shared.mockResolvedValue({ url: LINK, isNew: false }));
    const { violations } = await axe.run(byId("share-dialog"), { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id }) => id)).toEqual([]);
  });
});

test("a call's menu bookmarks, shares and puts it into the queue", async () => {
  const user = userEvent.setup();
  const sent: Command[] = [];
  const onshare = vi.fn();
  const call = row(1);
  const props = {
    open: true,
    anchor: document.body,
    selection: selection(),
    alerts: busy().alertChoices,
    hearing: busy().hearing,
  };
  const wish = async (command: Command) => sent.push(command) > 0;
  const menu = (change: Partial<Row>) =>
    render(RowMenu, { props: { ...props, row: { ...call, ...change }, wish, onshare, onclosed: () => undefined } });
  const press = async (id: string, change: Partial<Row> = {}) => {
    const { unmount } = menu(change);
    await user.click(await screen.findByTestId(id));
    await vi.waitFor(() => expect(screen.queryByRole("menu", { hidden: true })).toBeNull());
    unmount();
  };
  await press("row-enqueue");
  await press("row-bookmark");
  await press("row-bookmark", { bookmarked: true });
  await press("row-share");
  expect(sent).toEqual([
    { kind: "enqueue", call: call.key },
    { kind: "bookmark", call: call.key, on: true },
    { kind: "bookmark", call: call.key, on: false },
  ]);
  expect(onshare).toHaveBeenCalledOnce();
  menu({ bookmarked: null, state: { kind: "waiting" } });
  expect(await screen.findByTestId("row-enqueue")).toHaveAttribute("aria-disabled", "true");
  expect(byId("row-enqueue")).toHaveTextContent("In the queue");
  expect(byId("row-bookmark")).toHaveTextContent("Bookmarks need an account");
  expect(byId("row-bookmark")).toHaveAttribute("aria-disabled", "true");
});

test("a row has a star, filled and said where the call is bookmarked, and none without an account", async () => {
  const onbookmark = vi.fn();
  const props = {
    ...{ next: false, paused: false, fresh: false, current: true, divided: false, position: 1, count: 1 },
    ...{ look: "dark" as const, today: "14 Oct", time12h: false, onplay: vi.fn(), onmenu: vi.fn(), onfocus: vi.fn() },
    server: null,
    priority: "normal" as const,
    onbookmark,
  };
  const { rerender } = render(FeedRow, { ...props, row: row(1) });
  expect(screen.queryByTestId("row-starred")).toBeNull();
  await userEvent.setup().click(screen.getByRole("button", { name: "Bookmark Police Main" }));
  expect(onbookmark).toHaveBeenCalledOnce();
  await rerender({ ...props, row: row(1, { bookmarked: true }) });
  expect(byId("row-starred")).toBeVisible();
  expect(screen.getByRole("listitem")).toHaveAccessibleName(/, bookmarked$/);
  expect(byId("row-star")).toHaveAccessibleName("Remove the bookmark of Police Main");
  await rerender({ ...props, row: row(1, { bookmarked: null }) });
  expect(screen.queryByTestId("row-star")).toBeNull();
});
