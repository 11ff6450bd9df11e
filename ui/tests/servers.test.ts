// The servers' sheet: names, marks, order, mute, and another password.
import { screen, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";

import type { OwnView } from "../src/generated/OwnView";
import type { ServerView } from "../src/generated/ServerView";
import { MARKS, marksOf } from "../src/servers/marks";
import { byId, open } from "./open";
import { busy, problem, server, updateOf } from "./town";

const own = (change: Partial<OwnView> = {}): OwnView => ({
  name: null,
  mark: "blue",
  muted: false,
  place: 0,
  ...change,
});
const ridge = (change: Partial<ServerView> = {}): ServerView =>
  server({ id: 2, name: "Ridge", own: own({ mark: "orange", place: 1 }), ...change });

async function sheet(servers: ServerView[]) {
  const window = await open(busy({ servers }));
  await window.user.click(byId("servers"));
  await screen.findAllByTestId("server");
  const item = (n: number) => within(screen.getAllByTestId("server")[n]!);
  return { ...window, item };
}

describe("one of several servers", () => {
  test("is muted, which it says, and heard again", async () => {
    const { sent, tell, user, item } = await sheet([server(), ridge()]);
    const mute = item(1).getByTestId("mute-server");
    expect(mute).toHaveAttribute("aria-pressed", "false");
    await user.click(mute);
    expect(sent).toEqual([{ kind: "muteServer", server: 2, on: true }]);
    await tell(updateOf(101, { kind: "serverChanged", server: ridge({ own: own({ muted: true, place: 1 }) }) }));
    expect(mute).toHaveAttribute("aria-pressed", "true");
    expect(item(1).getByText(/its calls are not played/)).toBeInTheDocument();
  });

  test("is moved, but not beyond the ends, and the sheet follows", async () => {
    const { sent, tell, user, item } = await sheet([server(), ridge()]);
    await user.click(item(0).getByTestId("server-up"));
    await user.click(item(1).getByTestId("server-down"));
    expect(sent).toEqual([]);
    await user.click(item(1).getByTestId("server-up"));
    expect(sent).toEqual([{ kind: "moveServer", server: 2, to: 0 }]);
    await tell(updateOf(101, { kind: "serverChanged", server: ridge({ own: own({ place: 0 }) }) }));
    await tell(updateOf(102, { kind: "serverChanged", server: server({ own: own({ place: 1 }) }) }));
    expect(item(0).getByText("Ridge")).toBeInTheDocument();
  });

  test("gets a name and a mark, from the keyboard, and the focus comes back", async () => {
    const { sent, user, item } = await sheet([server(), ridge()]);
    item(1).getByTestId("edit-server").focus();
    await user.keyboard("{Enter}");
    const name = await item(1).findByTestId("server-name");
    expect(name).toHaveFocus();
    await user.keyboard(" Home ");
    await user.click(item(1).getAllByTestId("server-mark")[MARKS.indexOf("teal")]!);
    await user.click(item(1).getByTestId("save-server"));
    expect(sent).toEqual([{ kind: "editServer", server: 2, name: "Home", mark: "teal" }]);
    expect(item(1).getByTestId("edit-server")).toHaveFocus();
  });

  test("takes no name that is too long, and Escape leaves it as it was", async () => {
    const { sent, user, item } = await sheet([server(), ridge()]);
    await user.click(item(0).getByTestId("edit-server"));
    await user.type(item(0).getByTestId("server-name"), "x".repeat(61));
    expect(item(0).getByText("60 characters at most.")).toBeInTheDocument();
    expect(item(0).getByTestId("save-server")).toBeDisabled();
    await user.keyboard("{Escape}");
    expect(item(0).queryByTestId("server-name")).toBeNull();
    expect(sent).toEqual([]);
  });

  test("marks its calls, whose names say whose they are", async () => {
    await open(busy({ servers: [server(), ridge()] }));
    const rows = screen.getAllByTestId("feed-row");
    expect(within(rows[0]!).getByTestId("row-server")).toHaveAttribute("title", "Harbor County");
    expect(rows[0]!.getAttribute("aria-label")).toContain("Harbor County");
  });
});

test("a single server has neither mark nor order nor mute", async () => {
  const { item } = await sheet([server()]);
  expect(item(0).queryByTestId("mute-server")).toBeNull();
  expect(item(0).queryByTestId("server-up")).toBeNull();
  expect(screen.queryByTestId("row-server")).toBeNull();
  expect(marksOf([server()]).size).toBe(0);
  expect(new Set(marksOf([server(), ridge()]).keys())).toEqual(new Set([1, 2]));
  expect(MARKS).toHaveLength(8);
});

test("the last one that is left can be heard again, in the sheet and where it is said why nothing is", async () => {
  const quiet = server({ own: own({ muted: true }) });
  const still = { ...busy().playback, state: "idle" as const, turn: null, row: null };
  const window = await open(busy({ servers: [quiet], playback: still }));
  expect(screen.getByText("Muted")).toBeVisible();
  await window.user.click(screen.getByRole("button", { name: "Unmute Harbor County" }));
  await window.user.click(byId("servers"));
  await window.user.click(await screen.findByTestId("mute-server"));
  const heard = { kind: "muteServer", server: 1, on: false };
  expect(window.sent).toEqual([heard, heard]);
});

describe("another password", () => {
  const fill = async (user: Awaited<ReturnType<typeof open>>["user"]) => {
    await user.type(await screen.findByTestId("current-password"), "old password");
    await user.type(byId("new-password"), "new password");
    await user.type(byId("repeat-password"), "new password");
    await user.click(byId("change-password"));
  };
  const says = (password: ServerView["password"], revision: number) =>
    updateOf(revision, { kind: "serverChanged", server: server({ password }) });

  test("is wished for, refused with the reason, and changed, while listening goes on", async () => {
    const { sent, tell, user, item } = await sheet([server()]);
    await user.click(item(0).getByTestId("new-password-for"));
    expect(await screen.findByText(/For the account dana/)).toBeVisible();
    await fill(user);
    expect(sent).toEqual([{ kind: "changePassword", server: 1, current: "old password", new: "new password" }]);
    await tell(says({ busy: true, problem: null }, 101));
    expect(byId("change-password")).toHaveTextContent("Changing");
    await tell(says({ busy: false, problem: problem("passwordRefused", "The current password is wrong.") }, 102));
    expect(screen.getByText("The current password is wrong.")).toBeVisible();
    await user.click(byId("change-password"));
    await tell(says({ busy: true, problem: null }, 103));
    await tell(says(null, 104));
    expect(screen.queryByTestId("change-password")).toBeNull();
    expect(screen.getAllByTestId("feed-row").length).toBeGreaterThan(0);
  });

  test("is left as it is", async () => {
    const { sent, user, item } = await sheet([server()]);
    await user.click(item(0).getByTestId("new-password-for"));
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(screen.queryByTestId("change-password")).toBeNull();
    expect(sent).toEqual([]);
  });
});
