import { screen, within } from "@testing-library/svelte";
import { describe, expect, test, vi } from "vitest";

import type { Snapshot } from "../src/generated/Snapshot";
import { byId, closed, open, openSettings } from "./open";
import { busy, onCard, playback, problem, quiet, server, signedOut, updateOf, waitingLink } from "./town";

const alone = (change: Parameters<typeof server>[0]): Snapshot => quiet({ servers: [server(change)] });
const found = { version: "1.3.2", link: { kind: "idle" } } as const;

describe("the first screen", () => {
  test("takes an address and offers the demo", async () => {
    const { sent, core, user } = await open(quiet({ servers: [] }));
    expect(byId("address")).toHaveFocus();
    await user.type(byId("address"), " scanner.example.org {Enter}");
    expect(sent).toEqual([{ kind: "addServer", address: "scanner.example.org", remember: true, login: null }]);
    await user.click(byId("try-demo"));
    expect(core.tryDemo).toHaveBeenCalledOnce();
  });

  test.each([
    ["without a server", quiet({ servers: [] })],
    ["while the only one is signed out", alone({ ...found, account: signedOut() })],
    ["while the only one cannot be reached", alone({ version: null, account: signedOut(), link: waitingLink(5000) })],
  ])("has the settings, and what is asked for in the tray opens them: %s", async (_name, snapshot) => {
    const { core, showSettings, update, user } = await open(snapshot);
    showSettings();
    expect(byId("try-demo")).toBeVisible();
    expect(await screen.findByRole("dialog", { name: "Settings" })).toBeVisible();
    expect(core.autostart).toHaveBeenCalledOnce();
    await update({ kind: "notOffered", why: "Flatpak updates it." });
    expect(byId("what-updates")).toHaveTextContent("Flatpak updates it.");
    await user.keyboard("{Escape}");
    await closed("dialog");
  });

  test.each([
    ["help", "Keyboard"],
    ["help-global", "Keyboard"],
    ["alerts", "Notifications"],
    ["alerts-quiet", "Notifications"],
    ["commands", "Commands"],
    ["report-problem", "Report a problem"],
  ])("opens what is behind %s in its settings", async (press, title) => {
    const { user } = await open(quiet({ servers: [] }));
    const sheet = await openSettings({ user });
    await user.click(within(sheet).getByTestId(press));
    expect(await screen.findByRole("dialog", { name: title })).toBeVisible();
  });

  test("says why a server cannot be used and tries the other address", async () => {
    const link = {
      kind: "refused",
      problem: problem("redirected", "It leads elsewhere."),
      instead: "https://b",
    } as const;
    const { sent, user } = await open(alone({ version: null, account: signedOut(), link }));
    expect(screen.getByRole("alert")).toHaveTextContent("It leads elsewhere.");
    await user.click(byId("use-instead"));
    expect(sent.map((command) => command.kind)).toEqual(["removeServer", "addServer"]);
  });

  test("shows an unknown certificate's digest and asks", async () => {
    const sha256 = "0123456789abcdef".repeat(4);
    const link = {
      kind: "untrusted",
      sha256,
      changed: false,
      problem: problem("certificateUntrusted", "Unknown."),
    } as const;
    const { sent, user } = await open(alone({ version: null, account: signedOut(), link }));
    expect(byId("digest")).toHaveTextContent("01234567");
    await user.click(byId("trust-certificate"));
    expect(sent).toEqual([{ kind: "trustCertificate", server: 1, sha256 }]);
  });

  test.each([
    ["wrongPassword", "The user name or the password is wrong."],
    ["lockedOut", "Too many attempts. Wait ten minutes."],
  ] as const)("says %s above the form, keeps the name and asks for the password", async (code, message) => {
    const { sent, user } = await open(alone({ ...found, account: signedOut(problem(code, message), "dana") }));
    expect(byId("problem")).toHaveTextContent(message);
    expect(byId("problem")).toHaveAttribute("data-code", code);
    expect(byId("user")).toHaveValue("dana");
    expect(byId("password")).toHaveFocus();
    await user.type(byId("password"), "secret{Enter}");
    expect(sent).toEqual([{ kind: "signIn", server: 1, user: "dana", password: "secret", stay: true }]);
  });

  test("warns when the certificate is not the one agreed to", async () => {
    const link = {
      kind: "untrusted",
      sha256: "ab".repeat(32),
      changed: true,
      problem: problem("certificateUntrusted", "Another."),
    } as const;
    await open(alone({ version: null, account: signedOut(), link }));
    expect(screen.getByText(/Do not go on unless the operator confirms it/)).toBeVisible();
    expect(byId("trust-certificate")).toHaveTextContent("I checked, trust the new one");
  });

  test("a server heard of again leaves what is being typed", async () => {
    const refused = () => server({ ...found, account: signedOut(problem("wrongPassword", "Wrong."), "dana") });
    const { tell, user } = await open(quiet({ servers: [refused()] }));
    await user.type(byId("password"), "half a pass");
    await tell(updateOf(101, { kind: "serverChanged", server: refused() }));
    expect(byId("password")).toHaveValue("half a pass");
    await tell(updateOf(102, { kind: "serverChanged", server: server({ ...found, account: { kind: "signingIn" } }) }));
    await tell(updateOf(103, { kind: "serverChanged", server: refused() }));
    expect(byId("password")).toHaveValue("");
  });

  test("offers listening without an account only where the server does", async () => {
    const { unmount } = await open(alone({ ...found, account: signedOut() }));
    expect(screen.queryByTestId("listen-anonymously")).toBeNull();
    unmount();
    const { sent, user } = await open(alone({ ...found, public: true, account: signedOut() }));
    await user.click(byId("listen-anonymously"));
    expect(sent).toEqual([{ kind: "listenAnonymously", server: 1 }]);
  });

  test("warns before a password goes over an open wire", async () => {
    await open(alone({ ...found, encrypted: false, address: "http://radio.example", account: signedOut() }));
    expect(screen.getByText(/not encrypted/)).toBeVisible();
  });

  test("changes a password only when the new one fits and is repeated", async () => {
    const account = { kind: "passwordChange", user: "dana", problem: null, busy: false } as const;
    const { sent, user } = await open(alone({ ...found, account }));
    await user.type(byId("current-password"), "old-one");
    await user.type(byId("new-password"), "short");
    expect(byId("change-password")).toBeDisabled();
    await user.type(byId("new-password"), "-no-more");
    await user.type(byId("repeat-password"), "short-no-mor");
    expect(byId("change-password")).toBeDisabled();
    await user.type(byId("repeat-password"), "e");
    await user.click(byId("change-password"));
    expect(sent).toEqual([{ kind: "changePassword", server: 1, current: "old-one", new: "short-no-more" }]);
  });
});

describe("closing the window", () => {
  test.each([
    ["close-to-tray", true, "tray"],
    ["close-quit", true, "quit"],
    ["close-minimise", false, "minimise"],
    ["close-quit", false, "quit"],
  ] as const)("asks, and %s (with a tray: %s) answers %s", async (button, tray, choice) => {
    const { core, close, user } = await open(busy());
    close(tray);
    expect(await screen.findByRole("alertdialog", { name: "Keep listening?" })).toBeVisible();
    await user.click(byId(button));
    expect(core.close).toHaveBeenCalledExactlyOnceWith(choice);
  });

  test("what closing means without a tray can be chosen in the settings, and is nothing before", async () => {
    const { sent, showSettings, tell, user } = await open(busy());
    showSettings();
    expect(await screen.findByRole("dialog", { name: "Settings" })).toBeVisible();
    const [minimise, quit] = ["closing-minimise", "closing-quit"].map(byId);
    expect([minimise, quit].filter((one) => (one as HTMLInputElement).checked)).toEqual([]);
    const settings = { ...busy().settings, withoutTray: "quit" } as const;
    await tell(updateOf(101, { kind: "settingsChanged", settings }));
    expect(quit).toBeChecked();
    await user.click(minimise!);
    expect(sent).toEqual([{ kind: "change", setting: { name: "withoutTray", choice: "minimise" } }]);
  });

  test("stays as it is when the question is put away, which the shell is told", async () => {
    const { core, close, user } = await open(busy());
    close();
    await screen.findByRole("alertdialog");
    await user.keyboard("{Escape}");
    expect(core.close).toHaveBeenCalledExactlyOnceWith("stay");
    expect(byId("now-title")).toBeVisible();
  });
});

describe("while listening", () => {
  test("the card, the link, the account and the queue are there, by name", async () => {
    await open(busy());
    expect(byId("now-title")).toHaveTextContent("Fire Dispatch");
    expect(byId("now-unit")).toHaveTextContent("Engine 4");
    expect(byId("link-state")).toHaveTextContent("live");
    expect(byId("account-state")).toHaveTextContent("dana");
    expect(byId("waiting")).toHaveTextContent("3 waiting");
    expect(byId("behind")).toHaveTextContent("0:09 behind live");
    for (const name of ["Pause", "Replay", "Skip", "Mute", "Settings"]) {
      expect(screen.getByRole("button", { name })).toBeVisible();
    }
    expect(screen.getByRole("slider", { name: "Volume" })).toHaveAttribute("aria-valuetext", "−6 dB");
    expect(byId("live")).toHaveAttribute("aria-pressed", "true");
  });

  test("the distance from live is told while nothing sounds too", async () => {
    const { tell } = await open(quiet());
    expect(byId("behind")).toHaveTextContent("at live");
    const listening = { ...quiet().listening, live: false };
    await tell(updateOf(101, { kind: "listeningChanged", listening }));
    expect(byId("behind")).toHaveTextContent("live off");
    const replayed = playback({ state: "playing", turn: 3, row: onCard, durationMs: 5000 });
    await tell(updateOf(102, { kind: "playbackChanged", playback: replayed }));
    expect(byId("behind")).toHaveTextContent("replay");
  });

  test("a countdown is shown but not read aloud every second", async () => {
    const lost = server({ id: 2, name: "Ridge", link: waitingLink(24_000) });
    await open(busy({ servers: [server(), lost] }));
    expect(byId("prompt")).toHaveTextContent(/Trying again in 24 s/);
    expect(within(byId("prompt")).getByRole("status")).toHaveTextContent(/^No link to Ridge\.$/);
  });

  test("the words of the call can be reached and scrolled by keys, in a narrow window too", async () => {
    const wide = await open(busy());
    expect(byId("transcript")).toHaveAttribute("tabindex", "0");
    expect(byId("transcript")).toHaveAccessibleName("Transcript");
    wide.unmount();
    const matches = vi.spyOn(window, "matchMedia");
    matches.mockImplementation(
      (query) => Object.assign(new EventTarget(), { matches: query.includes("699px"), media: query }) as MediaQueryList,
    );
    const { user } = await open(busy());
    expect(byId("transcript")).not.toBeVisible();
    await user.click(screen.getByText("Transcript"));
    expect(byId("transcript")).toBeVisible();
    matches.mockRestore();
  });

  test("a part of what was said is heard from there by a press, by the keys and by the arrows between", async () => {
    const { sent, user } = await open(busy());
    const parts = screen.getAllByTestId("segment");
    const call = onCard.key;
    const at = onCard.transcript!.segments.map((segment) => segment.startMs);
    await user.click(parts[1]!);
    expect(sent).toEqual([{ kind: "playFrom", call, atMs: at[1] }]);
    parts[0]!.focus();
    await user.keyboard("{ArrowDown}");
    expect(parts[1]).toHaveFocus();
    expect(parts.map((part) => part.getAttribute("tabindex"))).toEqual(parts.map((_, i) => (i === 1 ? "0" : "-1")));
    await user.keyboard("{ArrowUp}{Enter}");
    expect(sent.at(-1)).toEqual({ kind: "playFrom", call, atMs: at[0] });
    expect(sent).toHaveLength(2);
  });

  test("nothing moves on battery but what tells the time", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, now: 0 });
    const { power } = await open(busy());
    const root = document.documentElement;
    const frames = () => {
      let seen = 0;
      const observer = new MutationObserver(() => (seen += 1));
      observer.observe(screen.getByTestId("now-wave"), { attributes: true, subtree: true });
      return async () => {
        await vi.advanceTimersByTimeAsync(2000);
        observer.disconnect();
        return seen;
      };
    };
    expect(root).not.toHaveAttribute("data-still");
    expect(await frames()()).toBeGreaterThan(4);
    power(true);
    expect(root).toHaveAttribute("data-still");
    expect(await frames()()).toBeLessThan(4);
    power(false);
    expect(root).not.toHaveAttribute("data-still");
    vi.useRealTimers();
  });

  test("every button has a name", async () => {
    await open(busy());
    for (const button of screen.getAllByRole("button")) expect(button).toHaveAccessibleName();
  });

  test("once the core has ended by itself, the window says so and shows nothing else", async () => {
    const { core, tell, user } = await open(busy());
    await tell({ kind: "ended" });
    expect(screen.getByRole("alert")).toHaveTextContent(/has stopped inside.*start it again/);
    expect(screen.getAllByRole("button")).toHaveLength(1);
    await user.click(screen.getByRole("button", { name: "Quit Squelch" }));
    expect(core.close).toHaveBeenCalledWith("quit");
  });

  test("keys work, yield to the form, and can be switched off", async () => {
    const { sent, user, tell } = await open(busy());
    await user.keyboard("l");
    expect(sent).toEqual([{ kind: "listen", on: false }]);
    await user.click(byId("servers"));
    await user.click(await screen.findByTestId("add-another"));
    await user.type(byId("address"), "hall m? ");
    expect(byId("address")).toHaveValue("hall m? ");
    expect(sent).toHaveLength(1);
    expect(screen.queryByRole("dialog", { name: "Keyboard" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Close" }));
    await user.keyboard("?");
    expect(await screen.findByRole("dialog", { name: "Keyboard" })).toBeVisible();
    await user.keyboard("{Escape}");
    await tell(updateOf(101, { kind: "settingsChanged", settings: { ...busy().settings, shortcuts: false } }));
    await user.keyboard("l");
    expect(sent).toHaveLength(1);
  });

  test("a button that has nothing to do now keeps the focus, and does nothing", async () => {
    const { sent, tell, user } = await open(busy());
    byId("skip").focus();
    await user.keyboard("{Enter}");
    expect(sent).toEqual([{ kind: "skip", turn: 9 }]);
    await tell(updateOf(101, { kind: "playbackChanged", playback: playback() }));
    expect(byId("skip")).toHaveFocus();
    expect(byId("skip")).toHaveAttribute("aria-disabled", "true");
    await user.keyboard("{Enter}");
    await user.click(byId("replay"));
    expect(sent).toHaveLength(1);
  });

  test("a login that ends leaves the feed alone and asks quietly", async () => {
    const { tell, user } = await open(busy());
    const account = signedOut(problem("signedOut", "Your login was ended."), "dana");
    await tell(updateOf(101, { kind: "serverChanged", server: server({ account, link: { kind: "idle" } }) }));
    expect(byId("feed")).toBeInTheDocument();
    expect(byId("prompt")).toHaveTextContent("Your login was ended.");
    expect(screen.queryByRole("dialog")).toBeNull();
    await user.click(within(byId("prompt")).getByRole("button", { name: "Sign in" }));
    expect(byId("user")).toHaveValue("dana");
    await tell(updateOf(102, { kind: "serverChanged", server: server() }));
    expect(screen.queryByTestId("user")).toBeNull();
  });

  test("a gap asks for a snapshot, and the old channel is heard no more", async () => {
    const { tells, mirror } = await open(busy());
    tells[0]!(updateOf(150));
    expect(tells).toHaveLength(2);
    expect(mirror.state?.revision).toBe(200);
    tells[0]!(updateOf(201, { kind: "rowsRemoved", calls: busy().rows.map((one) => one.key) }));
    expect(mirror.state?.rows).toHaveLength(60);
  });

  test("a wish that is not accepted says why until the next one is", async () => {
    const { refuse, user } = await open(busy());
    refuse(problem("notPossible", "That does not fit."));
    await user.click(byId("skip"));
    expect(await screen.findByText("That does not fit.")).toBeVisible();
    refuse(null);
    await user.click(byId("skip"));
    expect(screen.queryByText("That does not fit.")).toBeNull();
  });

  test("notices can be taken away", async () => {
    const notice = { id: 5, problem: problem("settingsNotSaved", "The settings cannot be written.") };
    const { sent, user } = await open(busy({ notices: [notice] }));
    expect(byId("notice")).toHaveTextContent("The settings cannot be written.");
    await user.click(byId("dismiss"));
    expect(sent).toEqual([{ kind: "dismiss", notice: 5 }]);
  });

  test("a keychain that cannot be used is said", async () => {
    const account = {
      kind: "signedIn",
      user: "dana",
      problem: problem("keychainUnavailable", "No keychain."),
    } as const;
    await open(busy({ servers: [server({ account })] }));
    expect(byId("prompt")).toHaveTextContent("No keychain.");
  });
});

describe("silence has a reason and a way out", () => {
  const still = playback({ row: onCard });
  const cases: [string, Partial<Snapshot>, string, string | null][] = [
    ["nothing yet", {}, "Listening", null],
    ["live off", { listening: { ...quiet().listening, live: false } }, "Live is off", "listen"],
    ["paused", { listening: { ...quiet().listening, paused: true } }, "Paused", "pause"],
    ["link lost", { servers: [server({ link: waitingLink(5000) })], playback: still }, "No link", "reconnect"],
    [
      "no device",
      { device: { kind: "missing", problem: problem("noSound", "Nothing to play on."), elsewhere: false } },
      "Nothing to play on.",
      null,
    ],
  ];
  test("a server that waits for a new password is not connecting", async () => {
    const account = { kind: "passwordChange", user: "dana", problem: null, busy: false } as const;
    const asking = server({ account, link: { kind: "idle" } });
    const { user } = await open(busy({ servers: [asking], playback: still }));
    expect(byId("lull")).toHaveTextContent("New password neededHarbor County wants a new password from you.");
    expect(screen.queryByTestId("prompt")).toBeNull();
    await user.click(byId("remedy"));
    expect(byId("server-panel")).toHaveAttribute("data-standing", "passwordChange");
  });

  test.each(cases)("%s", async (_name, change, text, command) => {
    const { sent, user } = await open(quiet(change));
    expect(byId("lull")).toHaveTextContent(text);
    if (command === null) return;
    await user.click(byId("remedy"));
    expect(sent.map((one) => one.kind)).toEqual([command]);
  });
});

describe("updates", () => {
  test("are chosen in the settings", async () => {
    const { sent, update, user } = await open(busy());
    await update({ kind: "newest", asked: false });
    await openSettings({ user });
    await user.click(byId("updates-automatic"));
    expect(sent).toEqual([{ kind: "change", setting: { name: "updates", choice: "automatic" } }]);
  });

  test("can be looked for, and the answer is shown", async () => {
    const { core, update, user } = await open(busy());
    await update({ kind: "newest", asked: false });
    await openSettings({ user });
    await user.click(byId("look-for-update"));
    expect(core.lookForUpdate).toHaveBeenCalledOnce();
    await update({ kind: "newest", asked: true });
    expect(screen.getByText("Squelch 1.2.3 is the newest.")).toBeVisible();
  });

  test("that come from elsewhere are said to, and nothing is offered", async () => {
    const { update, user } = await open(busy());
    await update({ kind: "notOffered", why: "Flatpak updates it." });
    await openSettings({ user });
    expect(byId("what-updates")).toHaveTextContent("Flatpak updates it.");
    expect(screen.queryByTestId("look-for-update")).toBeNull();
  });

  test("are installed when somebody says so", async () => {
    const { core, update, user } = await open(busy());
    await update({ kind: "available", release: { version: "2.0.0", notes: null } });
    await user.click(byId("update-now"));
    expect(core.installUpdate).toHaveBeenCalledExactlyOnceWith("quiet");
  });
});
