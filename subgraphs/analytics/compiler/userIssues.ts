import type { IssueTable } from '#ops/service/issues.ts'

export type UserIssueParams = {
  FIRST_TOO_SMALL: { first: number }
  FIRST_TOO_LARGE: { first: number; maxFirst: number }
  NOT_OF_USERS: { name: string; readonly didYouMean: readonly string[] }
  CELL_TOO_LARGE: { maxBytes: number }
  CELLS_TOO_LARGE: { maxBytes: number }
}

/** What a caller can do wrong who asks for a page, or for the users behind a number. Codes are API: add, never rename. */
export const userIssueTable: IssueTable<UserIssueParams> = {
  FIRST_TOO_SMALL: { description: 'first must be at least 1.', message: ({ first }) => `first is ${first}; at least 1 can be asked for.` },
  FIRST_TOO_LARGE: {
    description: 'first is over the ceiling.',
    message: ({ first, maxFirst }) => `first is ${first}; at most ${maxFirst} can be asked for at once.`,
  },
  NOT_OF_USERS: {
    description: 'A cell is asked for of a measure that is not counted over events: of a cost, a ratio, or one with arguments.',
    message: ({ name }) => `There are no users behind "${name}"; a cell is of a measure that counts or sums events, without arguments.`,
  },
  CELL_TOO_LARGE: {
    description: 'A cell holds its question, packed, and this question is too long for one.',
    message: ({ maxBytes }) => `A cell holds its question, which is packed in more than ${maxBytes} bytes here. Ask with shorter filters to get cells.`,
  },
  CELLS_TOO_LARGE: {
    description: 'The cells of the answer would be too large together: each of them holds the question.',
    message: ({ maxBytes }) => `The cells of the answer have more than ${maxBytes} bytes together. Ask with a smaller limit, or with shorter filters.`,
  },
}
