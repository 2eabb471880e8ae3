import { readonly, ref } from 'vue'

/** What the reader chose; system follows the operating system. */
export type ThemeChoice = 'light' | 'dark' | 'system'

export const themeChoices: readonly ThemeChoice[] = ['system', 'light', 'dark']

const storageKey = 'umg-theme'
const choice = ref<ThemeChoice>('system')
/** Counts changes of what is shown, whoever made them; pictures read the tokens again when it moves. */
const revision = ref(0)

/** Reads the remembered choice and follows the system from then on. Called once, before the page is mounted. */
export function startTheme(): void {
  applyTheme(readStored())
  globalThis.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => (revision.value += 1))
}

export function useTheme() {
  return { choice: readonly(choice), revision: readonly(revision), setTheme }
}

function setTheme(next: ThemeChoice): void {
  applyTheme(next)
  try {
    localStorage.setItem(storageKey, next)
  } catch {
    // A browser that keeps nothing for us still shows the theme until it is closed.
  }
}

function applyTheme(next: ThemeChoice): void {
  choice.value = next
  if (next === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = next
  revision.value += 1
}

function readStored(): ThemeChoice {
  try {
    const stored = localStorage.getItem(storageKey)
    return themeChoices.find((each) => each === stored) ?? 'system'
  } catch {
    return 'system'
  }
}
