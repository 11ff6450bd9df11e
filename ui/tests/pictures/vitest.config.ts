// The built window in a real browser: `npm run pictures`. Apart from the other tests, which need neither.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/pictures/*.pictures.ts"],
    // One look at three widths with all that opens, on a busy two-core machine.
    // One for each core there is where it is slowest.
    maxConcurrency: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
