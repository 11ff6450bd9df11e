// The window in a browser, fed by an invented core, to look at while designing: `npm run look`, and then
// ?scene=busy&theme=light&rate=2 (calls a second), &vast for 20,000 talkgroups. No test: those are in tests/window.
import { mockIPC } from "@tauri-apps/api/mocks";

import type { Command } from "../../src/generated/Command";
import type { Event } from "../../src/generated/Event";
import type { Message } from "../../src/generated/Message";
import type { Snapshot } from "../../src/generated/Snapshot";
import type { Theme } from "../../src/generated/Theme";
import { afterSwitch } from "../../src/talkgroups/chosen";
import { directory, row, snapshotOf, updateOf, vast } from "../town";
import { scenes } from "./scenes";

const wanted = new URLSearchParams(location.search);
const snapshot: Snapshot = (scenes[wanted.get("scene") ?? "busy"] ?? scenes["busy"]!)();
snapshot.settings.theme = (wanted.get("theme") ?? "system") as Theme;

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
    case "dismiss":
      return say({ kind: "noticeWithdrawn", notice: command.notice });
    default:
      return;
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
