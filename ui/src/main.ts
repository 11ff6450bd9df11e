// Puts the window together. The look is set before anything is drawn, so that a light desktop sees no dark flash; the
// language before anything is loaded that has words in it.
import { mount } from "svelte";

import "./app.css";
import * as ipc from "./ipc";
import { languageOf } from "./language";
import { Mirror } from "./mirror.svelte";
import { wear } from "./theme";
import { speak, wordsIn } from "./words";

wear("system");

const MOST_REPORTED = 2000; // Characters: a stack is useful, a runaway message is not.
const report = (what: unknown): void => {
  const text = what instanceof Error ? `${what.message}\n${what.stack ?? ""}` : String(what);
  void ipc.report(text.slice(0, MOST_REPORTED)).catch(() => undefined);
};
window.addEventListener("error", (event) => report(event.error ?? event.message));
window.addEventListener("unhandledrejection", (event) => report(event.reason));

// Not awaited: what is loaded here needs parts of this file, and those would wait for it.
async function begin(target: HTMLElement): Promise<void> {
  const mirror = new Mirror(ipc);
  // The window's parts take their words when they are loaded: first comes the state, and with it the language. There is
  // nothing to show before. A core that does not answer is told of in the desktop's language.
  await mirror.start();
  await mirror.heard;
  const language = languageOf(mirror.state?.settings.language ?? "system", navigator.languages);
  speak(await wordsIn(language), navigator.languages);
  const { default: App } = await import("./App.svelte");
  mount(App, { target, props: { mirror } });
}

const target = document.getElementById("app");
if (target) void begin(target);
