import type { IssueTable } from '#ops/service/issues.ts'

export type GroupIssueParams = {
  GROUP_NAME_OUT_OF_BOUNDS: { length: number; maxLength: number }
  GROUP_OTHER_QUESTION: { name: string }
  IN_FLIGHT_OUT_OF_BOUNDS: { maxInFlight: number; max: number }
}

/** Of groups that read the log of conversions together. */
export const groupIssueTable: IssueTable<GroupIssueParams> = {
  GROUP_NAME_OUT_OF_BOUNDS: {
    description: 'A group has a name of 1 to 100 characters.',
    message: ({ length, maxLength }) => `The name has ${length} characters; it can have 1 to ${maxLength}.`,
  },
  GROUP_OTHER_QUESTION: {
    description: 'All who read as a group ask what its first reader asked: one filter, by keys with the same row filters.',
    message: ({ name }) => `"${name}" reads with another filter. Ask as its first reader did, or read as a group of another name.`,
  },
  IN_FLIGHT_OUT_OF_BOUNDS: {
    description: 'How many entries may be unacknowledged at a time is out of bounds.',
    message: ({ maxInFlight, max }) => `maxInFlight is ${maxInFlight}; it can be 1 to ${max}.`,
  },
}
