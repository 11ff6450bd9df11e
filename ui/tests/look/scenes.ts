// The window's states, each as the core would send it.
import type { Snapshot } from "../../src/generated/Snapshot";
import { busy, onCard, playback, peaks, problem, quiet, server, signedOut, waitingLink } from "../town";

const alone = (change: Parameters<typeof server>[0]): Snapshot => quiet({ servers: [server(change)] });
const found = { version: "1.3.2", link: { kind: "idle" } as const };
const SHA = "3f9a0c5be1d24477a6b89e10f2c4d6e8012b3a4c5d6e7f8091a2b3c4d5e6f708";

export const scenes: Record<string, () => Snapshot> = {
  busy: () => busy(),
  chosen: () =>
    busy({
      selection: {
        ...quiet().selection,
        talkgroup: { key: { server: 1, talkgroup: 40 }, name: "Fire Dispatch" },
        system: { key: { server: 1, system: 8 }, name: "Harbor Transit" },
        avoided: [
          { key: { server: 1, talkgroup: 41 }, name: "Police Main", leftMs: 1_781_000 },
          { key: { server: 1, talkgroup: 47 }, name: "Airport Ground", leftMs: null },
        ],
        off: [{ server: 1, talkgroups: [45] }],
        fresh: [{ server: 1, talkgroup: 43 }],
      },
    }),
  welcome: () => quiet({ servers: [] }),
  probing: () =>
    alone({ version: null, account: signedOut(), link: { kind: "probing" }, address: "scanner.harbor.example" }),
  refused: () =>
    alone({
      version: null,
      account: signedOut(),
      address: "scanner.harbor.example/calls",
      link: {
        kind: "refused",
        problem: problem("redirected", "This address leads to another one. Use the address it leads to."),
        instead: "https://scanner.harbor.example",
      },
    }),
  untrusted: () =>
    alone({
      version: null,
      account: signedOut(),
      link: {
        kind: "untrusted",
        sha256: SHA,
        changed: false,
        problem: problem("certificateUntrusted", "The server's certificate is signed by nobody this computer knows."),
      },
    }),
  changed: () =>
    busy({
      servers: [
        server({
          account: signedOut(),
          link: {
            kind: "untrusted",
            sha256: SHA,
            changed: true,
            problem: problem(
              "certificateUntrusted",
              "The server shows another certificate than the one you agreed to.",
            ),
          },
        }),
      ],
      playback: playback({ row: onCard, peaks }),
    }),
  anonymous: () =>
    busy({
      servers: [
        server({
          public: true,
          account: {
            kind: "anonymous",
            problem: problem("signedOut", "Your login to Harbor County ended. Listening goes on without an account."),
          },
        }),
      ],
    }),
  signin: () => alone({ ...found, public: true, account: signedOut() }),
  wrong: () =>
    alone({
      ...found,
      encrypted: false,
      account: signedOut(problem("wrongPassword", "The user name or the password is wrong."), "dana"),
    }),
  signing: () => alone({ ...found, account: { kind: "signingIn" } }),
  password: () => alone({ ...found, account: { kind: "passwordChange", user: "dana", problem: null, busy: false } }),
  nothing: () => quiet(),
  off: () =>
    busy({
      listening: {
        live: false,
        paused: false,
        volumeDb: 3,
        muted: true,
        waiting: 0,
        next: null,
        waitingMs: null,
        catchUp: "notNeeded",
        rewound: 0,
        rewinds: 0,
      },
      playback: playback({ row: onCard, peaks, durationMs: 11_200 }),
    }),
  paused: () =>
    busy({
      listening: {
        live: true,
        paused: true,
        volumeDb: -20,
        muted: false,
        waiting: 2,
        next: { server: 1, call: 201 },
        waitingMs: 9000,
        catchUp: "offered",
        rewound: 0,
        rewinds: 0,
      },
      playback: { ...busy().playback, state: "paused" },
    }),
  nodevice: () =>
    busy({
      device: {
        kind: "missing",
        problem: problem("noSound", "No sound device is connected. Playing goes on when one is back."),
        elsewhere: false,
      },
      playback: { ...busy().playback, state: "noDevice" },
    }),
  lost: () => busy({ servers: [server({ link: waitingLink(24_000) })], playback: playback({ row: onCard, peaks }) }),
  out: () =>
    busy({
      servers: [
        server({
          link: { kind: "idle" },
          account: signedOut(
            problem("signedOut", "Your login was ended, probably by many newer sign-ins of this account. Calls wait."),
            "dana",
          ),
        }),
      ],
    }),
  held: () =>
    busy({
      servers: [
        server({
          account: {
            kind: "signedIn",
            user: "dana",
            problem: problem(
              "keychainUnavailable",
              "The system's keychain cannot be used: you will have to sign in again at the next start.",
            ),
          },
        }),
        server({
          id: 2,
          name: "Ridge Amateur Radio",
          link: { kind: "connecting" },
          account: { kind: "anonymous", problem: null },
        }),
      ],
      selection: {
        ...quiet().selection,
        talkgroup: { key: { server: 1, talkgroup: onCard.talkgroup! }, name: "Fire Dispatch" },
        avoided: [
          { key: { server: 1, talkgroup: onCard.talkgroup! }, name: "Fire Dispatch", leftMs: 1_400_000 },
          { key: { server: 1, talkgroup: 44 }, name: "Bus Operations", leftMs: null },
        ],
      },
      notices: [
        {
          id: 1,
          problem: problem(
            "settingsSetAside",
            "The settings file could not be read. It was set aside as settings.broken; defaults are used.",
          ),
        },
      ],
    }),
};
