import { fileURLToPath } from "node:url";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));

// Serves the looking page only; nothing of it is in the shipped bundle.
export default defineConfig({
  root: here,
  cacheDir: "../../node_modules/.vite-look",
  plugins: [svelte({ configFile: "../../svelte.config.js" })],
  build: { outDir: "../../test-results/look", emptyOutDir: true },
  server: { port: 1421, strictPort: true, fs: { allow: ["../.."] } },
});
