// The boundary to the core, and the only file that knows the shell exists.
import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type { CallId } from "./generated/CallId";
import type { CallKey } from "./generated/CallKey";
import type { Command } from "./generated/Command";
import type { DirectoryView } from "./generated/DirectoryView";
import type { GlobalKeysView } from "./generated/GlobalKeysView";
import type { Message } from "./generated/Message";
import type { Problem } from "./generated/Problem";
import type { ServerId } from "./generated/ServerId";
import type { UpdateTime } from "./generated/UpdateTime";
import type { UpdateView } from "./generated/UpdateView";

/** The channel's last word: the core has ended although nobody quit. */
export interface Ended {
  kind: "ended";
}

/** Opens the channel. A snapshot comes first, then updates; an earlier channel of this window falls silent. */
export async function subscribe(onMessage: (message: Message | Ended) => void): Promise<void> {
  const channel = new Channel<Message | Ended>(onMessage);
  await invoke("subscribe", { channel });
}

/** Hands a wish over. Resolves once it is accepted, rejects with a `Problem`; what comes of it arrives as an update. */
export async function send(command: Command): Promise<void> {
  await invoke("send", { command });
}

/** Asks what a server lists. Rejects with a `Problem`. */
export async function talkgroups(server: ServerId): Promise<DirectoryView> {
  return invoke<DirectoryView>("talkgroups", { server });
}

/** Starts the built-in demo server and listens to it. Rejects with a `Problem`. */
export async function tryDemo(): Promise<void> {
  await invoke("try_demo");
}

/** What closing the window comes to; `stay` where the question was put away. */
export type CloseChoice = "tray" | "minimise" | "quit" | "stay";

/** Calls `ask` when the window was to be closed and has to ask what that means: with a tray, or without one. */
export async function onClosing(ask: (tray: boolean) => void): Promise<void> {
  await listen("closing-to-tray", () => ask(true));
  await listen("closing-without-tray", () => ask(false));
}

/** Calls `show` when the settings are asked for from outside of the window. */
export async function onSettings(show: () => void): Promise<void> {
  await listen("show-settings", show);
}

/** Calls `show` with the call that the window is to be opened at. */
export async function onShowCall(show: (call: CallKey) => void): Promise<void> {
  await listen<CallKey>("show-call", (event) => show(event.payload));
}

/** Calls `tell` with whether the desktop shows notifications: now, and whenever that changes. */
export async function onNotifications(tell: (there: boolean) => void): Promise<void> {
  await listen<Notifications>("notifications", (event) => tell(event.payload.there));
  tell((await invoke<Notifications>("notifications")).there);
}

interface Notifications {
  there: boolean;
}

/** Answers that question; the window goes, unless it is to stay. */
export async function close(choice: CloseChoice): Promise<void> {
  await invoke("close", { choice });
}

/** Calls `tell` with whether the machine runs on battery: now, and whenever that changes. */
export async function onPower(tell: (battery: boolean) => void): Promise<void> {
  await listen<Power>("power", (event) => tell(event.payload.battery));
  tell((await invoke<Power>("power")).battery);
}

interface Power {
  battery: boolean;
}

/** Tells what is known of a newer Squelch: now, and whenever that changes. */
export async function onUpdate(tell: (update: UpdateView) => void): Promise<void> {
  await listen<UpdateView>("update", (event) => tell(event.payload));
  tell(await invoke<UpdateView>("update"));
}

/** Looks for a newer Squelch now. */
export async function lookForUpdate(): Promise<void> {
  await invoke("look_for_update");
}

/** Installs the newer Squelch that was found, at this time. */
export async function installUpdate(time: UpdateTime): Promise<void> {
  await invoke("install_update", { time });
}

/** Tells how it stands with keys that work in every program: now, and whenever that changes. */
export async function onGlobalKeys(tell: (keys: GlobalKeysView) => void): Promise<void> {
  await listen<GlobalKeysView>("global-keys", (event) => tell(event.payload));
  tell(await invoke<GlobalKeysView>("global_keys"));
}

/** Has all such keys reach the window while one is being chosen. */
export async function choosingKey(on: boolean): Promise<void> {
  await invoke("choosing_key", { on });
}

/** Writes an error of the window to the program's log. */
export async function report(text: string): Promise<void> {
  await invoke("report", { text });
}

/** Makes the text for a bug report; takes some seconds where a server does not answer. */
export async function diagnostics(): Promise<string> {
  return invoke<string>("diagnostics");
}

/** Opens the folder with logs and crash reports. Rejects with a `Problem`. */
export async function openFolder(): Promise<void> {
  await invoke("open_folder");
}

/** Whether Squelch starts at login. */
export type Autostart = { kind: "offered"; on: boolean } | { kind: "notOffered"; why: string };

/** What the desktop says of it now. */
export async function autostart(): Promise<Autostart> {
  return invoke<Autostart>("autostart");
}

/** Starts Squelch at login, or no more. Rejects with a `Problem`. */
export async function setAutostart(on: boolean): Promise<void> {
  await invoke("set_autostart", { on });
}

/** A link that was clicked: where it leads, or why it is not followed. */
export type Invitation =
  { kind: "server"; address: string } | { kind: "call"; address: string; call: CallId } | { problem: Problem };

/** Tells of links that were clicked, each once; first of one that came before the window was there. */
export async function onInvitation(tell: (invitation: Invitation) => void): Promise<void> {
  const ask = async (): Promise<void> => {
    const invitation = await invoke<Invitation | null>("invitation");
    if (invitation) tell(invitation);
  };
  await listen("invitation", () => void ask());
  await ask();
}

/** Sends a wish; true once accepted. */
export type Wish = (command: Command) => Promise<boolean>;

/** What the window needs of the core; tests bring their own. */
export interface Core {
  subscribe(onMessage: (message: Message | Ended) => void): Promise<void>;
  send(command: Command): Promise<void>;
  talkgroups(server: ServerId): Promise<DirectoryView>;
  tryDemo(): Promise<void>;
  onClosing(ask: (tray: boolean) => void): Promise<void>;
  onSettings(show: () => void): Promise<void>;
  onShowCall(show: (call: CallKey) => void): Promise<void>;
  onNotifications(tell: (there: boolean) => void): Promise<void>;
  close(choice: CloseChoice): Promise<void>;
  onPower(tell: (battery: boolean) => void): Promise<void>;
  onUpdate(tell: (update: UpdateView) => void): Promise<void>;
  onGlobalKeys(tell: (keys: GlobalKeysView) => void): Promise<void>;
  choosingKey(on: boolean): Promise<void>;
  lookForUpdate(): Promise<void>;
  installUpdate(time: UpdateTime): Promise<void>;
  diagnostics(): Promise<string>;
  openFolder(): Promise<void>;
  onInvitation(tell: (invitation: Invitation) => void): Promise<void>;
  autostart(): Promise<Autostart>;
  setAutostart(on: boolean): Promise<void>;
}
