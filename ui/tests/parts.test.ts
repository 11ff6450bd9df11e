import { render, screen } from "@testing-library/svelte";
import { createRawSnippet, tick } from "svelte";
import { describe, expect, it } from "vitest";

import Lazy from "../src/Lazy.svelte";
import { Part } from "../src/parts.svelte";

function shown(part: Part<string>, wanted: boolean) {
  const children = createRawSnippet<[unknown]>((loaded) => ({ render: () => `<p>${String(loaded())}</p>` }));
  return render(Lazy, { part, wanted, children });
}

describe("a part of the window", () => {
  it("is loaded when it is first wanted, once, and stays", async () => {
    let asked = 0;
    const part = new Part(async () => {
      asked += 1;
      return { default: "the archive" };
    });
    const view = shown(part, false);
    await tick();
    expect(asked).toBe(0);
    await view.rerender({ wanted: true });
    expect(await screen.findByText("the archive")).toBeVisible();
    await view.rerender({ wanted: false });
    expect(screen.getByText("the archive")).toBeVisible();
    await view.rerender({ wanted: true });
    expect(asked).toBe(1);
    view.unmount();
    shown(part, true);
    expect(screen.getByText("the archive")).toBeVisible();
    expect(asked).toBe(1);
  });
});
