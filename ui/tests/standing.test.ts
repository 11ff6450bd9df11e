import { expect, test } from "vitest";

import type { AccountView } from "../src/generated/AccountView";
import type { LinkView } from "../src/generated/LinkView";
import { standingOf } from "../src/servers/standing";
// The tray is held to the same table, so that both say the same.
import table from "../../tests/fixtures/standing.json";
import { problem, server, signedOut, waitingLink } from "./town";

type Table = typeof table;
const said = problem("linkLost", "The link is down.");
const accounts: Record<keyof Table, AccountView> = {
  signedIn: { kind: "signedIn", user: "dana", problem: null },
  anonymous: { kind: "anonymous", problem: null },
  "anonymous, whose login has ended": { kind: "anonymous", problem: said },
  signingIn: { kind: "signingIn" },
  passwordChange: { kind: "passwordChange", user: "dana", problem: null, busy: false },
  signedOut: signedOut(),
  "signedOut, never found": signedOut(),
};
const links: Record<LinkView["kind"], LinkView> = {
  idle: { kind: "idle" },
  probing: { kind: "probing" },
  connecting: { kind: "connecting" },
  live: { kind: "live" },
  waiting: waitingLink(5000),
  untrusted: { kind: "untrusted", sha256: "", changed: false, problem: said },
  refused: { kind: "refused", problem: said, instead: null },
};

test.each(Object.keys(accounts) as (keyof Table)[])("where a server stands that is %s", (who) => {
  const version = who === "signedOut, never found" ? null : "1.3.2";
  const stands = Object.entries(links).map(([how, link]) => [
    how,
    standingOf(server({ account: accounts[who], link, version })),
  ]);
  const wanted = Object.entries(table[who]).map(([how, [window]]) => [how, window]);
  expect(Object.fromEntries(stands)).toEqual(Object.fromEntries(wanted));
});
