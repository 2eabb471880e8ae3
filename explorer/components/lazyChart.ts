import { defineAsyncComponent } from 'vue'

/** ChartView, loaded with the first picture: ECharts is larger than everything else together. */
export const LazyChart = defineAsyncComponent(() => import('./ChartView.vue'))
