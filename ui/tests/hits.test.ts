// Where a transcript has what was searched for.
import { describe, expect, test } from "vitest";

import { fromFirstHit, partsOf } from "../src/search/hits";

const marked = (text: string, wanted: string): string =>
  partsOf(text, wanted)
    .map(({ text, hit }) => (hit ? `[${text}]` : text))
    .join("");

describe("hits", () => {
  test.each([
    ["Engine four, engine five", "ENGINE", "[Engine] four, [engine] five"],
    ["Engine four", "  four ", "Engine [four]"],
    ["Engine four", "ladder", "Engine four"],
    ["Engine four", "", "Engine four"],
    ["", "four", ""],
    ["50 (fifty) a+b [x] \\ ^$", "(fifty) a+b [x] \\ ^$", "50 [(fifty) a+b [x] \\ ^$]"],
    ["<b>bold</b>", "<b>", "[<b>]bold</b>"],
    // As the server takes them.
    ["unit 14 and unit 15", "unit 1_", "[unit 14] and [unit 15]"],
    ["alarm at Harbor Street", "alarm%street", "[alarm] at Harbor [Street]"],
    ["alarm at Harbor Lane", "alarm%street", "alarm at Harbor Lane"],
    ["fourfour", "%four%", "[four][four]"],
    ["anything", "%%", "anything"],
    ["ÄÖ straße 🚒🚒", "🚒", "ÄÖ straße [🚒][🚒]"],
    ["a-b a/b", "a-b", "[a-b] a/b"],
  ])("in %j of %j are %j", (text, wanted, what) => {
    expect(marked(text, wanted)).toBe(what);
    expect(
      partsOf(text, wanted)
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
  });

  test("a text begins shortly before its first hit, at a word", () => {
    const text = `${"word ".repeat(30)}alarm sounding`;
    const cut = fromFirstHit(text, "alarm");
    expect(cut).toMatch(/^…(word ){7,8}alarm sounding$/);
    expect(fromFirstHit(text, "nothing")).toBe(text);
    expect(fromFirstHit("alarm", "alarm")).toBe("alarm");
    expect(fromFirstHit(`${"🚒".repeat(50)}alarm`, "alarm")).toMatch(/^…🚒+alarm$/u);
  });

  test("a long text with a hostile pattern is gone through at once", () => {
    const began = performance.now();
    partsOf("a".repeat(10_000), "a%a%a%b");
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
