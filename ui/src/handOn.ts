// The focus of what goes: whoever has put a notice away by key goes on from there, not from the page's beginning.

/** What Tab comes to. */
const STOPS = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), [tabindex='0']";

/**
 * Watches over what comes and goes in an element. Where that had the focus, what Tab would have come to next has it, in the
 * element or behind it. For `{@attach}`.
 */
export function handOn(root: HTMLElement): () => void {
  let last: Element | null = null;
  const came = (event: FocusEvent): void => {
    last = event.target as Element;
  };
  // Some engines say so also of what is taken away, just before.
  const left = ({ target }: FocusEvent): void => {
    setTimeout(() => {
      if (last === target && last !== document.activeElement) last = null;
    });
  };
  const watch = new MutationObserver((records) => {
    const gone = last;
    if (gone === null || gone.isConnected) return;
    last = null;
    const place = records.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(gone)));
    if (place && document.activeElement === document.body) goOn(place, root.parentElement ?? root);
  });
  root.addEventListener("focusin", came);
  root.addEventListener("focusout", left);
  watch.observe(root, { childList: true, subtree: true });
  return () => {
    watch.disconnect();
    root.removeEventListener("focusin", came);
    root.removeEventListener("focusout", left);
  };
}

/** Gives the focus to the first that takes it from a place on. */
function goOn(place: MutationRecord, page: HTMLElement): void {
  const before = place.previousSibling ?? place.target;
  const behind = place.previousSibling
    ? Node.DOCUMENT_POSITION_FOLLOWING
    : Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY;
  for (const stop of page.querySelectorAll<HTMLElement>(STOPS)) {
    if (!(before.compareDocumentPosition(stop) & behind) || before === stop) continue;
    stop.focus();
    if (document.activeElement === stop) return;
  }
}
