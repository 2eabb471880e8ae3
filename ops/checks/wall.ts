/**
 * One guard between tenants, or between what a key may see and what not. In the source `// wall: <name>` stands above it; `npm run test:walls` takes each
 * away and looks who notices, and a test holds this list and the marks to each other.
 */
export type Wall = {
  readonly name: string
  readonly file: string
  /** The guard as it stands in the file, once; and the same place without it. */
  readonly guard: string
  readonly open: string
  /** What must hold when it alone is gone. None: it stands alone, and its tests notice at once. */
  readonly behind: readonly string[]
  /** The smallest test file that notices when it is gone, and what stands behind it too. */
  readonly noticedBy: string
  /** What the name and the first line of a failing test say of what was shown, so that one that fails for another reason is not taken for it. */
  readonly says: RegExp
}

/** Asks every query with own ids and with others’, and fails for what is shown of another tenant alone. */
export const LEAKS = 'gateway/isolation/leaks.test.ts'
/** What it says then. */
export const LEAKED = /was shown /
