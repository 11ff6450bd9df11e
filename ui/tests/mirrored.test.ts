// Where a language is written from right to left, the window is mirrored: its styles speak of where lines begin and end.
import { expect, test } from "vitest";

import { filesBelow } from "./files";

const SIDES = [
  /^(margin|padding|border|scroll-margin|scroll-padding)-(left|right)\b/,
  /^(left|right):/,
  /^(float|clear): (left|right)/,
  /^border-(top|bottom)-(left|right)-radius/,
  /^text-align: (left|right)/,
  /^transform:.*translateX/,
];
const SHORTHAND = /^(?:margin|padding|inset|border-width|border-style|scroll-margin|scroll-padding): (.*);/;

/** Whether a declaration names a side, or gives left and right something different. */
function namesSide(declaration: string): boolean {
  if (SIDES.some((side) => side.test(declaration))) return true;
  const sides = SHORTHAND.exec(declaration)?.[1]?.match(/(?:[^\s(]|\([^)]*\))+/g) ?? [];
  return sides.length === 4 && sides[1] !== sides[3];
}

function stylesOf(file: string, text: string): string[] {
  const style = file.endsWith(".css") ? text : (/<style[^>]*>([\s\S]*)<\/style>/.exec(text)?.[1] ?? "");
  return style.split("\n").map((line) => line.trim());
}

test("a declaration that names a side is found", () => {
  const found = [
    "margin-left: 1px;",
    "right: 0;",
    "padding: 0 1px 0 2px;",
    "inset: 0 auto 0 0;",
    "text-align: right;",
    "float: left;",
  ];
  expect(found.filter((one) => !namesSide(one))).toEqual([]);
  const fine = ["margin: 0 1px;", "padding: 0 1px 2px;", "inset-inline-start: 0;", "padding: 1px 2px 3px 2px;"];
  expect(fine.filter(namesSide)).toEqual([]);
});

test("no style names a side", () => {
  const files = filesBelow("src", [".svelte", ".css"]);
  expect(files.length).toBeGreaterThan(40);
  const found = files.flatMap(([file, text]) =>
    stylesOf(file, text)
      .filter(namesSide)
      .map((line) => `${file}: ${line}`),
  );
  expect(found).toEqual([]);
});
