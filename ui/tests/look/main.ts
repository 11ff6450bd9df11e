// The window in a browser, fed by an invented core, to look at while designing: `npm run look`, and then
// ?scene=busy&theme=light&language=de&rate=2 (calls a second), &vast for 20,000 talkgroups. No test: those are in tests/window.
import { mockIPC } from "@tauri-apps/api/mocks";

import type { Command } from "../../src/generated/Command";
import type { Event } from "../../src/generated/Event";
import type { Language } from "../../src/generated/Language";
import type { Message } from "../../src/generated/Message";
import type { Snapshot } from "../../src/generated/Snapshot";
import type { Theme } from "../../src/generated/Theme";
import { afterSwitch } from "../../src/talkgroups/chosen";
import { archived, directory, page, row, snapshotOf, updateOf, vast } from "../town";
import { scenes } from "./scenes";

const wanted = new URLSearchParams(location.search);
const snapshot: Snapshot = (scenes[wanted.get("scene") ?? "busy"] ?? scenes["busy"]!)();
snapshot.settings.theme = (wanted.get("theme") ?? "system") as Theme;
snapshot.settings.language = (wanted.get("language") ?? "system") as Language;

const listed = JSON.stringify(wanted.has("vast") ? vast() : directory());

const runCallback = (handler: number, event: unknown): void =>
  (
    window as unknown as { __TAURI_INTERNALS__: { runCallback: (id: number, data: unknown) => void } }
  ).__TAURI_INTERNALS__.runCallback(handler, event);

let n = 1000;
let tell: (message: Message) => void = () => undefined;
let revision = snapshot.revision;
const say = (...events: Event[]): void => tell(updateOf(++revision, ...events));

/** Enough of the core to press the buttons. */
function obey(command: Command): void {
  switch (command.kind) {
    case "listen":
      snapshot.listening = { ...snapshot.listening, live: command.on };
      return say({ kind: "listeningChanged", listening: snapshot.listening });
    case "pause":
      snapshot.listening = { ...snapshot.listening, paused: command.on };
      return say({ kind: "listeningChanged", listening: snapshot.listening });
    case "mute":
      snapshot.listening = { ...snapshot.listening, muted: command.on };
      return say({ kind: "listeningChanged", listening: snapshot.listening });
    case "volume":
      snapshot.listening = { ...snapshot.listening, volumeDb: command.db };
      return say({ kind: "listeningChanged", listening: snapshot.listening });
    case "change":
      if (command.setting.name === "keys") snapshot.settings = { ...snapshot.settings, keys: command.setting.keys };
      if (command.setting.name === "theme") snapshot.settings = { ...snapshot.settings, theme: command.setting.theme };
      return say({ kind: "settingsChanged", settings: snapshot.settings });
    case "switch":
      snapshot.selection = afterSwitch(snapshot.selection, command);
      return say({ kind: "selectionChanged", selection: snapshot.selection });
    case "bookmark":
      return say({ kind: "bookmarked", call: command.call, on: command.on });
    case "dismiss":
      return say({ kind: "noticeWithdrawn", notice: command.notice });
    default:
      return;
  }
}

const SAID =
  "Engine four, respond to eighteen Harbor Street for an alarm sounding, second floor, time out ten fourteen.";
const PAGE = 50;

/** Enough of an archive to look through. */
function archive(name: string, payload: unknown): unknown {
  const { after, call } = payload as { after: string | null; call: { call: number } };
  switch (name) {
    case "search": {
      const from = Number(after ?? 0);
      return page(from, PAGE, { next: from + PAGE < 310 ? String(from + PAGE) : null, total: 310 });
    }
    case "bookmarks":
      return { rows: [1, 5, 9].map((n) => archived(n, { bookmarked: true })), next: null, total: 3, inVain: null };
    case "details":
      return { transcript: call.call % 3 === 0 ? null : { text: SAID, segments: [] } };
    case "shared":
      return null;
    case "share":
      return { url: "https://scanner.harbor.example/call/7f1c2f5e-0d0a-4b44-9a54-6c6ad3ad3b11", isNew: true };
    default:
      return undefined;
  }
}

mockIPC((name, payload) => {
  const args = payload as { channel: { onmessage: (message: Message) => void }; command: Command };
  if (name === "subscribe") {
    tell = args.channel.onmessage;
    setTimeout(() => tell(snapshotOf({ ...snapshot, revision })));
  }
  if (name === "send") obey(args.command);
  if (name === "global_keys") return { notOffered: null, refused: [] };
  const found = archive(name, payload);
  if (found !== undefined) return found;
  // As text, because that is how they come.
  if (name === "talkgroups") return JSON.parse(listed);
  // The look at the question the first close asks.
  if (name === "plugin:event|listen" && wanted.has("closing")) {
    const { event, handler } = payload as unknown as { event: string; handler: number };
    setTimeout(() => runCallback(handler, { event, id: 1, payload: null }), 100);
  }
});
const rate = Number(wanted.get("rate") ?? 0);
const arrive = (): void => say({ kind: "rowsAdded", rows: [row(n++, { state: { kind: "waiting" } })] });
if (rate > 0) setInterval(arrive, 1000 / rate);

await import("../../src/main");
