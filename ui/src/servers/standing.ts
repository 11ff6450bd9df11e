// Where a server stands, seen from the person in front of the window: what it waits for, if anything. The tray's own
// answer (`desktop/glance/standing.rs`) goes with this one: `tests/fixtures/standing.json` holds both together.
import type { Problem } from "../generated/Problem";
import type { ServerView } from "../generated/ServerView";

/** What a server waits for. */
export type Standing =
  "probing" | "unreachable" | "refused" | "untrusted" | "signIn" | "signingIn" | "passwordChange" | "listening";

/** Where a server stands. */
export function standingOf(server: ServerView): Standing {
  if (server.link.kind === "untrusted") return "untrusted";
  if (server.link.kind === "refused") return "refused";
  switch (server.account.kind) {
    case "passwordChange":
      return "passwordChange";
    case "signingIn":
      return "signingIn";
    case "anonymous":
    case "signedIn":
      return "listening";
    case "signedOut":
      return beforeSignIn(server);
  }
}

// A server whose version is not known has not been found yet: there is nothing to sign in to.
function beforeSignIn(server: ServerView): Standing {
  if (server.link.kind === "probing") return "probing";
  if (server.version !== null) return "signIn";
  if (server.link.kind === "waiting") return "unreachable";
  return server.link.kind === "connecting" ? "probing" : "signIn";
}

/** Whether only a person can move it on. */
export function needsPerson(server: ServerView): boolean {
  const standing = standingOf(server);
  return standing !== "listening" && standing !== "probing" && standing !== "signingIn";
}

/** What is wrong with the account although it works, or no longer does. */
export function accountProblem(server: ServerView): Problem | null {
  return "problem" in server.account ? server.account.problem : null;
}

/** How the link looks at a glance. */
export type Glance = "good" | "busy" | "bad" | "off";

/** How the link looks at a glance. */
export function glanceOf(server: ServerView): Glance {
  switch (server.link.kind) {
    case "live":
      return "good";
    case "probing":
    case "connecting":
    case "waiting":
      return "busy";
    case "untrusted":
    case "refused":
      return "bad";
    case "idle":
      return "off";
  }
}
