import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: where the assets are mounted is the server's business, read from the manifest by bff/graphiql/page.py.
  base: "./",
  logLevel: "warn",
  worker: { format: "es" },
  build: {
    outDir: "../assets",
    emptyOutDir: true,
    assetsDir: "static",
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Monaco is one large piece by nature, and it is served from this machine.
    chunkSizeWarningLimit: 8192,
    rolldownOptions: {
      input: "src/main.jsx",
      // "use client" marks in dependencies mean nothing here: there is no server rendering.
      checks: { moduleLevelDirective: false },
    },
  },
});
