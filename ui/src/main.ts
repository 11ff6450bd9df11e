// Puts the window together. The look is set before anything is drawn, so that a light desktop sees no dark flash.
import { mount } from "svelte";

import "./app.css";
import App from "./App.svelte";
import * as ipc from "./ipc";
import { Mirror } from "./mirror.svelte";
import { wear } from "./theme";

wear("system");

const MOST_REPORTED = 2000; // Characters: a stack is useful, a runaway message is not.
const report = (what: unknown): void => {
  const text = what instanceof Error ? `${what.message}\n${what.stack ?? ""}` : String(what);
  void ipc.report(text.slice(0, MOST_REPORTED)).catch(() => undefined);
};
window.addEventListener("error", (event) => report(event.error ?? event.message));
window.addEventListener("unhandledrejection", (event) => report(event.reason));

const target = document.getElementById("app");
if (target) {
  const mirror = new Mirror(ipc);
  mount(App, { target, props: { mirror } });
  void mirror.start();
}
