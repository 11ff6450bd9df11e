import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  clearScreen: false,
  // The shell's devUrl names this port.
  server: { port: 1420, strictPort: true },
  build: {
    // The oldest engines a supported desktop brings: WebKitGTK 2.40, Safari 16.4, WebView2 of the same spring.
    target: ["safari16.4", "chrome111"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    // Part of the notices in the packages (.make/notices.mjs).
    license: { fileName: "third-party-licences.md" },
  },
  test: {
    // Its colours are held to their contrast; all other styles are left out.
    css: { include: /app\.css/ },
    environment: "jsdom",
    include: ["tests/**/*.test.ts"],
    setupFiles: ["tests/setup.ts"],
    // A whole window under jsdom takes seconds on a busy two-core machine.
    testTimeout: 30_000,
  },
});
