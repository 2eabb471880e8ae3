import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// `vite build explorer --outDir <folder>`. Nothing is inlined into the page: the gateway's policy lets scripts come from files alone.
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [vue()],
  // A second copy of one of these would be another realm: components that never update, documents that are no documents.
  resolve: { dedupe: ['vue', 'graphql', '@apollo/client'] },
  define: { 'globalThis.__DEV__': 'false', __VUE_OPTIONS_API__: 'false' },
  build: {
    target: 'es2023',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // ECharts is only loaded by the first picture, and is most of its chunk.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // A group takes what its modules need along: Vue is taken before ECharts can, or every page would load both.
          groups: [
            { name: 'echarts', priority: 1, test: /node_modules\/(echarts|zrender|vue-echarts)\// },
            {
              name: 'apollo',
              priority: 2,
              test: /node_modules\/(@apollo|graphql|graphql-ws|@wry|optimism|zen-observable-ts|ts-invariant|symbol-observable|tslib)\//,
            },
            { name: 'vue', priority: 3, test: /node_modules\/(@vue|vue|vue-router|reka-ui|@floating-ui|@internationalized|@tanstack|@vueuse|aria-hidden)\// },
          ],
        },
      },
    },
  },
})
