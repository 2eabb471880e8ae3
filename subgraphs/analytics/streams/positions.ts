import type { Delivery } from '#db/conversions/acknowledge.ts'
import { bytesOfPosition, createLogSealer, POSITION_BYTES, readPosition } from '#db/conversions/positionSealer.ts'
import type { LogPosition } from '#db/conversions/readLog.ts'
import { failure } from '#ops/service/errors.ts'

const ID_BYTES = 16
/** A place that was told to a member of a group says of which group, to whom and with which of its batches. */
const GIVEN_BYTES = POSITION_BYTES + 2 * ID_BYTES + 4

/** A batch of a group as it was given to one of its members. */
export type Given = Delivery & { readonly groupId: string }

/** Positions in the log as the cursors of one question. */
export type PositionCursors = {
  readonly seal: (position: LogPosition) => string
  /** Throws BAD_CURSOR for what was not sealed for this tenant, field and question. `argument` is where it came from. */
  readonly open: (cursor: string, argument: string) => LogPosition & { readonly given: Given | null }
  /** The same for the cursors of one batch of a group. */
  readonly ofBatch: (given: Given) => PositionCursors
}

export function createPositionCursors(key: string, { tenantId, question }: { readonly tenantId: string; readonly question: string }): PositionCursors {
  const sealer = createLogSealer(key, { tenantId, question })
  const open: PositionCursors['open'] = (cursor, argument) => {
    const bytes = sealer.open(cursor)
    if (bytes?.length !== POSITION_BYTES && bytes?.length !== GIVEN_BYTES) throw failure('BAD_CURSOR', { argument })
    return { ...readPosition(bytes), given: bytes.length === POSITION_BYTES ? null : readGiven(bytes) }
  }
  const ofBatch = (given: Given): PositionCursors => {
    const suffix = bytesOf(given)
    return { seal: (position) => sealer.seal(Buffer.concat([bytesOfPosition(position), suffix])), open, ofBatch }
  }
  return { seal: (position) => sealer.seal(bytesOfPosition(position)), open, ofBatch }
}

function bytesOf({ groupId, memberId, delivery }: Given): Buffer {
  const number = Buffer.alloc(4)
  number.writeUInt32BE(delivery)
  return Buffer.concat([Buffer.from(`${groupId}${memberId}`.replaceAll('-', ''), 'hex'), number])
}

function readGiven(bytes: Buffer): Given {
  const idAt = (offset: number): string => bytes.toString('hex', offset, offset + ID_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return { groupId: idAt(POSITION_BYTES), memberId: idAt(POSITION_BYTES + ID_BYTES), delivery: bytes.readUInt32BE(POSITION_BYTES + 2 * ID_BYTES) }
}
