import { screen } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";

import type { Invitation } from "../src/ipc";
import { questionOf } from "../src/links/question";
import { words } from "../src/words";
import { byId, open } from "./open";
import { busy, problem, row, server, signedOut } from "./town";

const known = server({ address: "https://scanner.example.org:3022" });
const ask = (invitation: Invitation) => questionOf(invitation, [known], [row(7)]);

describe("a link", () => {
  test("to a known server shows it, with its usual port written or not", () => {
    const show = { kind: "show", server: known.id };
    expect(ask({ kind: "server", address: "scanner.example.org:3022" }).accept?.does).toEqual(show);
    const usual = [server({ address: "https://scanner.example.org" })];
    for (const address of ["scanner.example.org", "scanner.example.org:443"])
      expect(questionOf({ kind: "server", address }, usual, []).accept?.does).toEqual(show);
    const other = questionOf({ kind: "server", address: "scanner.example.org:80" }, usual, []);
    expect(other.accept?.does).toEqual({ kind: "add", address: "scanner.example.org:80" });
  });

  test("to a call plays it if it is in the list, and says so if it is not", () => {
    const address = "scanner.example.org:3022";
    expect(ask({ kind: "call", address, call: 7 }).accept?.does).toEqual({ kind: "play", call: row(7).key });
    expect(ask({ kind: "call", address, call: 8 })).toMatchObject({ title: words.link.goneTitle, accept: null });
    const stranger = ask({ kind: "call", address: "other.example.org", call: 7 });
    expect(stranger.accept?.does).toEqual({ kind: "add", address: "other.example.org" });
  });

  test("contacts nobody before it is answered, and nobody after a no", async () => {
    const { invite, sent, user } = await open(busy());
    await invite({ kind: "server", address: "other.example.org" });
    expect(screen.getByText("Open other.example.org?")).toBeVisible();
    expect(document.activeElement).toBe(byId("link-refuse"));
    await user.click(byId("link-refuse"));
    await vi.waitFor(() => expect(screen.queryByTestId("link")).toBeNull());
    expect(sent).toEqual([]);
  });

  test("to a server that is listened to shows it among the servers, and asks for no login", async () => {
    const { invite, sent, user } = await open(busy());
    await invite({ kind: "server", address: "scanner.harbor.example" });
    await user.click(byId("link-accept"));
    const shown = await screen.findByTestId("server");
    expect(shown).toHaveTextContent("Harbor County");
    await vi.waitFor(() => expect(document.activeElement).toContainElement(shown));
    expect(screen.queryByTestId("server-panel")).toBeNull();
    expect(sent).toEqual([]);
  });

  test("to a known server that waits for somebody shows what it waits for", async () => {
    const { invite, user } = await open(
      busy({ servers: [server(), server({ id: 2, address: "https://ridge.example", account: signedOut() })] }),
    );
    await invite({ kind: "server", address: "ridge.example" });
    await user.click(byId("link-accept"));
    expect(byId("server-panel")).toHaveAttribute("data-standing", "signIn");
  });

  test("adds the server after a yes", async () => {
    const { invite, sent, user } = await open(busy());
    await invite({ kind: "server", address: "other.example.org" });
    await user.click(byId("link-accept"));
    expect(sent).toEqual([{ kind: "addServer", address: "other.example.org", remember: true, login: null }]);
  });

  test("that is refused says why and offers nothing", async () => {
    const { invite } = await open(busy());
    await invite({ problem: problem("addressInvalid", "It has a password in it.") });
    expect(screen.getByText("It has a password in it.")).toBeVisible();
    expect(screen.queryByTestId("link-accept")).toBeNull();
  });
});
