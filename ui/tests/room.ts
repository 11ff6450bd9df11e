// Room for component tests whose window has to be drawn: jsdom gives nothing a size or a place, so that lists show next
// to nothing and menus hide.
import { afterEach, beforeEach, vi } from "vitest";

/** How high everything that scrolls is, and a line of the list of talkgroups, in pixels. */
const HEIGHT = 880;
const LINE = 44;
/** The lists that are drawn. */
const SCROLLS = "[role=tree], [role=listbox], [data-testid=feed], [data-testid=found-list]";

class Observer implements ResizeObserver {
  #tell: ResizeObserverCallback;
  constructor(tell: ResizeObserverCallback) {
    this.#tell = tell;
  }
  observe(target: Element): void {
    const height = target.matches(SCROLLS) ? HEIGHT : LINE;
    const entry = { target, contentRect: { width: 400, height } } as unknown as ResizeObserverEntry;
    queueMicrotask(() => this.#tell([entry], this));
  }
  unobserve(): void {}
  disconnect(): void {}
}

/** Gives it to every test of the file. */
export function room(): void {
  beforeEach(() => {
    vi.stubGlobal("ResizeObserver", Observer);
    const place = { x: 10, y: 10, left: 10, top: 10, right: 110, bottom: 54, width: 100, height: LINE };
    vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue({ ...place, toJSON: () => place });
    vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(400);
    vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(HEIGHT);
    vi.spyOn(HTMLElement.prototype, "offsetParent", "get").mockImplementation(function (this: HTMLElement) {
      return this.closest(SCROLLS) && document.body;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
}
