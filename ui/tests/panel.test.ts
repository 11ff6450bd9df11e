import { screen, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";

import { byId, open } from "./open";
import { busy, problem, server, signedOut, updateOf } from "./town";

describe("the panel of a server", () => {
  const barred = (change: Parameters<typeof server>[0] = {}) =>
    server({
      id: 2,
      name: "Ridge",
      version: null,
      account: signedOut(),
      link: { kind: "refused", problem: problem("serverTooOld", "Too old."), instead: null },
      ...change,
    });
  const look = async (view: Awaited<ReturnType<typeof open>>) =>
    view.user.click(within(byId("prompt")).getByRole("button", { name: "Look" }));

  test("asking for another address keeps the server of before", async () => {
    const view = await open(busy({ servers: [server(), barred()] }));
    await look(view);
    await view.user.click(byId("other-address"));
    expect(view.sent).toEqual([]);
    expect(byId("address")).toHaveValue("https://scanner.harbor.example");
  });

  test("cancel closes the panel and keeps the server of before", async () => {
    const view = await open(busy({ servers: [server(), barred()] }));
    await look(view);
    await view.user.click(byId("reconnect"));
    const probing = barred({ link: { kind: "probing" } });
    await view.tell(updateOf(101, { kind: "serverChanged", server: probing }));
    await view.user.click(byId("cancel-looking"));
    expect(view.sent).toEqual([{ kind: "reconnect", server: 2 }]);
    expect(screen.queryByTestId("server-panel")).toBeNull();
  });

  const added = async (found: Parameters<typeof server>[0]) => {
    const view = await open(busy());
    await view.user.click(byId("servers"));
    await view.user.click(await screen.findByTestId("add-another"));
    await view.user.type(byId("address"), "ridge{Enter}");
    await view.tell(updateOf(101, { kind: "serverChanged", server: barred(found) }));
    view.sent.length = 0;
    return view;
  };

  test.each(["other-address", "cancel-looking"])("%s forgets an address that led to nothing", async (button) => {
    const view = await added(button === "cancel-looking" ? { link: { kind: "probing" } } : {});
    await view.user.click(byId(button));
    expect(view.sent).toEqual([{ kind: "removeServer", server: 2 }]);
  });

  test("a server that was found stays, also one just added", async () => {
    const view = await added({ version: "1.3.2" });
    await view.user.click(byId("other-address"));
    expect(view.sent).toEqual([]);
  });

  test("goes on with the address that a server named instead", async () => {
    const link = { kind: "refused", problem: problem("redirected", "Elsewhere."), instead: "https://b" } as const;
    const view = await open(busy({ servers: [server(), barred({ link })] }));
    await look(view);
    await view.user.click(byId("use-instead"));
    expect(view.sent.map((command) => command.kind)).toEqual(["removeServer", "addServer"]);
    const next = barred({ id: 3, link: { kind: "idle" }, version: "1.3.2", name: "B" });
    await view.tell(updateOf(101, { kind: "serverRemoved", server: 2 }, { kind: "serverChanged", server: next }));
    expect(byId("user")).toBeVisible();
  });
});

describe("the servers' sheet", () => {
  test("is a dialog, in which letters and arrows do nothing to the calls", async () => {
    const { sent, user } = await open(busy());
    await user.click(byId("servers"));
    // Without a layout it has no place, and counts as hidden.
    expect(await screen.findByRole("dialog", { hidden: true })).toHaveAttribute("aria-label", "Servers");
    byId("remove-server").focus();
    await user.keyboard("al{ArrowRight}");
    expect(sent).toEqual([]);
  });

  test("who has no account stops listening instead of signing out, and is not offered it again", async () => {
    const account = { kind: "anonymous", problem: null } as const;
    const { user } = await open(busy({ servers: [server({ public: true, account })] }));
    await user.click(byId("servers"));
    expect(await screen.findByTestId("sign-out")).toHaveTextContent("Stop listening");
    await user.click(screen.getByText("Sign in"));
    expect(byId("user")).toBeVisible();
    expect(screen.queryByTestId("listen-anonymously")).toBeNull();
  });
});
