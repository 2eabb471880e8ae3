import '@fontsource-variable/inter/wght.css'
import './design/tokens.css'
import './design/base.css'
import { provideApolloClient } from '@vue/apollo-composable'
import { createApp } from 'vue'
import App from './App.vue'
import { startTheme } from './design/theme.ts'
import { router } from './router.ts'
import { client } from './session/client.ts'

startTheme()
provideApolloClient(client)
createApp(App).use(router).mount('#app')
