// The boundary to the core, and the only file that knows the shell exists.
import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type { ArchiveCore } from "./archive/here.svelte";
import type { TimelineCore } from "./timeline/looker.svelte";
import type { CallDetails } from "./generated/CallDetails";
import type { CallId } from "./generated/CallId";
import type { CallKey } from "./generated/CallKey";
import type { Command } from "./generated/Command";
import type { DirectoryView } from "./generated/DirectoryView";
import type { ExportChoice } from "./generated/ExportChoice";
import type { Exported } from "./generated/Exported";
import type { ExportProgress } from "./generated/ExportProgress";
import type { FoundPage } from "./generated/FoundPage";
import type { GlobalKeysView } from "./generated/GlobalKeysView";
import type { ImportSummary } from "./generated/ImportSummary";
import type { Message } from "./generated/Message";
import type { Problem } from "./generated/Problem";
import type { QueuedView } from "./generated/QueuedView";
import type { SavedCalls } from "./generated/SavedCalls";
import type { SearchQuery } from "./generated/SearchQuery";
import type { ServerId } from "./generated/ServerId";
import type { SharedLink } from "./generated/SharedLink";
import type { SpokenLanguage } from "./generated/SpokenLanguage";
import type { TalkgroupKey } from "./generated/TalkgroupKey";
import type { TimelineQuery } from "./generated/TimelineQuery";
import type { TimelineView } from "./generated/TimelineView";
import type { UnheardView } from "./generated/UnheardView";
import type { SoundDevices } from "./generated/SoundDevices";
import type { UpdateTime } from "./generated/UpdateTime";
import type { UpdateView } from "./generated/UpdateView";
import type { ExportCore } from "./saving/exporter.svelte";
import type { SavingCore } from "./saving/saver.svelte";

/** The channel's last word: the core has ended although nobody quit. */
export interface Ended {
  kind: "ended";
}

/** Opens the channel. A snapshot comes first, then updates; an earlier channel of this window falls silent. */
export async function subscribe(onMessage: (message: Message | Ended) => void): Promise<void> {
  const channel = new Channel<Message | Ended>(onMessage);
  await invoke("subscribe", { channel });
}

let sent: Promise<unknown> = Promise.resolve();

/**
 * Hands a wish over, after those before it: side by side the second press of a key could come to the core first. Resolves
 * once it is accepted, rejects with a `Problem`; what comes of it arrives as an update.
 */
export function send(command: Command): Promise<void> {
  const sending = sent.then(async () => {
    await invoke("send", { command });
  });
  sent = sending.catch(() => undefined);
  return sending;
}

/** Asks what a server lists. Rejects with a `Problem`. */
export async function talkgroups(server: ServerId): Promise<DirectoryView> {
  return invoke<DirectoryView>("talkgroups", { server });
}

/** Looks through a server's archive; `after` is the `next` of the page before. Rejects with a `Problem`. */
export async function search(query: SearchQuery, after: string | null): Promise<FoundPage> {
  return invoke<FoundPage>("search", { query, after });
}

/** The talkgroups of which this computer has calls that nobody has heard. Rejects with a `Problem`. */
export async function unheard(): Promise<UnheardView[]> {
  return invoke<UnheardView[]>("unheard");
}

/** Queues the calls of a talkgroup, or of all of a server, that nobody has heard; how many. Rejects with a `Problem`. */
export async function playUnheard(server: ServerId, talkgroup: TalkgroupKey | null): Promise<QueuedView> {
  return invoke<QueuedView>("play_unheard", { server, talkgroup });
}

/** Asks for a stretch of the timeline of what is kept on this computer. Rejects with a `Problem`. */
export async function timeline(query: TimelineQuery): Promise<TimelineView> {
  return invoke<TimelineView>("timeline", { query });
}

/** Plays a call from a place in it, and those after it in these lanes. Rejects with a `Problem`. */
export async function playOn(call: CallKey, atMs: number, groups: readonly number[]): Promise<void> {
  await invoke("play_on", { call, atMs, groups });
}

/** Asks for the newest of what is bookmarked at a server. Rejects with a `Problem`. */
export async function bookmarks(server: ServerId): Promise<FoundPage> {
  return invoke<FoundPage>("bookmarks", { server });
}

/** Asks for what a found call's row does not say. Rejects with a `Problem`. */
export async function details(call: CallKey): Promise<CallDetails> {
  return invoke<CallDetails>("details", { call });
}

/** Asks for the link at which anybody can hear a call, if there is one. Rejects with a `Problem`. */
export async function shared(call: CallKey): Promise<SharedLink | null> {
  return invoke<SharedLink | null>("shared", { call });
}

/** Makes such a link. Rejects with a `Problem`. */
export async function share(call: CallKey): Promise<SharedLink> {
  return invoke<SharedLink>("share", { call });
}

/** Ends such a link. Rejects with a `Problem`. */
export async function unshare(call: CallKey): Promise<void> {
  await invoke("unshare", { call });
}

/** Opens a shared call's link in the browser; only addresses of servers in use are opened. Rejects with a `Problem`. */
export async function openLink(url: string): Promise<void> {
  await invoke("open_link", { url });
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

/** Moves the window with the mouse, whose button is down. */
export async function dragWindow(): Promise<void> {
  await invoke("drag_window");
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

/** Saves calls to files, with a text beside each if that is wanted. Rejects with a `Problem`. */
export async function saveCalls(calls: readonly CallKey[], details: boolean): Promise<SavedCalls> {
  return invoke<SavedCalls>("save_calls", { calls, details });
}

/** Exports calls as chosen, and says how far it is. Rejects with a `Problem` where none is begun. */
export async function exportCalls(
  calls: readonly CallKey[],
  choice: ExportChoice,
  onProgress: (far: ExportProgress) => void,
): Promise<Exported> {
  return invoke<Exported>("export_calls", { calls, choice, progress: new Channel<ExportProgress>(onProgress) });
}

/** Ends the export that goes on. */
export async function cancelExport(): Promise<void> {
  await invoke("cancel_export");
}

/** Follows the export that goes on or was not read of yet, if there is one, and gives what became of it. */
export async function followExport(onProgress: (far: ExportProgress) => void): Promise<Exported | null> {
  return invoke<Exported | null>("follow_export", { progress: new Channel<ExportProgress>(onProgress) });
}

/** What became of the last export has been read. */
export async function forgetExport(): Promise<void> {
  await invoke("forget_export");
}

/** Whether a voice on this computer can announce calls. */
export async function canSpeak(language: SpokenLanguage): Promise<boolean> {
  return invoke<boolean>("can_speak", { language });
}

/** Opens the folder in which they are. Rejects with a `Problem`. */
export async function showSaved(): Promise<void> {
  await invoke("show_saved");
}

/** What Squelch says of itself. */
export interface About {
  readonly version: string;
  /** For which computers it was built, and how. */
  readonly build: string;
  /** The address of its source. */
  readonly source: string;
  /** Whether the licences of what is inside of it are here. */
  readonly notices: boolean;
  /** The folders it keeps things in. */
  readonly data: string;
  readonly logs: string;
}

/** A licence that can be opened. */
export type Licence = "mit" | "apache" | "thirdParty";

/** Asks what Squelch says of itself. */
export async function about(): Promise<About> {
  return invoke<About>("about");
}

/** Shows the source in the browser. Rejects with a `Problem`. */
export async function openSource(): Promise<void> {
  await invoke("open_source");
}

/** Shows a licence as the desktop shows texts. Rejects with a `Problem`. */
export async function openLicence(licence: Licence): Promise<void> {
  await invoke("open_licence", { licence });
}

/** Begins a letter to whoever offers help for a server. Rejects with a `Problem`. */
export async function writeToSupport(server: ServerId): Promise<void> {
  await invoke("write_to_support", { server });
}

/** Has the user choose a file, by a dialog of this title, and writes the settings there. Gives its name, or nothing if they
 * would rather not. Rejects with a `Problem`. */
export async function exportSettings(title: string): Promise<string | null> {
  return invoke<string | null>("export_settings", { title });
}

/** Has the user choose a file of settings, and says what is in it. Rejects with a `Problem`. */
export async function readSettings(title: string): Promise<ImportSummary | null> {
  return invoke<ImportSummary | null>("read_settings", { title });
}

/** Where calls are saved. */
export interface SavedFolder {
  readonly folder: string;
  /** The user chose it. */
  readonly chosen: boolean;
}

/** Asks where calls are saved. */
export async function savedFolder(): Promise<SavedFolder> {
  return invoke<SavedFolder>("saved_folder");
}

/** Has the user choose where calls are saved; true if they did. Rejects with a `Problem`. */
export async function chooseSavedFolder(title: string): Promise<boolean> {
  return invoke<boolean>("choose_saved_folder", { title });
}

/** Has calls saved in the usual place again. Rejects with a `Problem`. */
export async function resetSavedFolder(): Promise<void> {
  await invoke("reset_saved_folder");
}

/** Asks which sound devices can be chosen now. Rejects with a `Problem`. */
export async function soundDevices(): Promise<SoundDevices> {
  return invoke<SoundDevices>("sound_devices");
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

/** Loads the page anew; it subscribes again, and begins with a snapshot. */
export function reload(): void {
  window.location.reload();
}

/** Sends a wish; true once accepted. */
export type Wish = (command: Command) => Promise<boolean>;

/** What the window asks about calls. Every question rejects with a `Problem`. */
export interface Archive {
  search(query: SearchQuery, after: string | null): Promise<FoundPage>;
  bookmarks(server: ServerId): Promise<FoundPage>;
  details(call: CallKey): Promise<CallDetails>;
  shared(call: CallKey): Promise<SharedLink | null>;
  share(call: CallKey): Promise<SharedLink>;
  unshare(call: CallKey): Promise<void>;
  openLink(url: string): Promise<void>;
}

/** What the settings ask of the shell. All that do something reject with a `Problem`. */
export interface Desk {
  about(): Promise<About>;
  openSource(): Promise<void>;
  openLicence(licence: Licence): Promise<void>;
  writeToSupport(server: ServerId): Promise<void>;
  exportSettings(title: string): Promise<string | null>;
  readSettings(title: string): Promise<ImportSummary | null>;
  savedFolder(): Promise<SavedFolder>;
  chooseSavedFolder(title: string): Promise<boolean>;
  resetSavedFolder(): Promise<void>;
  soundDevices(): Promise<SoundDevices>;
}

/** What the window needs of the core; tests bring their own. */
export interface Core extends Archive, ArchiveCore, ExportCore, TimelineCore, SavingCore, Desk {
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
  dragWindow(): Promise<void>;
  lookForUpdate(): Promise<void>;
  installUpdate(time: UpdateTime): Promise<void>;
  diagnostics(): Promise<string>;
  openFolder(): Promise<void>;
  onInvitation(tell: (invitation: Invitation) => void): Promise<void>;
  reload(): void;
  autostart(): Promise<Autostart>;
  setAutostart(on: boolean): Promise<void>;
}
