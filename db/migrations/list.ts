import { First } from './0001First.ts'
import { Ingest } from './0002Ingest.ts'
import { OldMessages } from './0003OldMessages.ts'
import { ConversionLog } from './0004ConversionLog.ts'
import { Segments } from './0005Segments.ts'
import { Accounts } from './0006Accounts.ts'
import { SecondFactor } from './0007SecondFactor.ts'
import { Members } from './0008Members.ts'
import { Audit } from './0009Audit.ts'
import { Provisioning } from './0010Provisioning.ts'
import { Mail } from './0011Mail.ts'
import { TenantMoves } from './0012TenantMoves.ts'
import { PersonalData } from './0013PersonalData.ts'
import { StreamGroups } from './0014StreamGroups.ts'
import { Webhooks } from './0015Webhooks.ts'
import { DataVersions } from './0016DataVersions.ts'
import { Attempts } from './0017Attempts.ts'
import { SecondFactorKeys } from './0018SecondFactorKeys.ts'
import { MailEvents } from './0019MailEvents.ts'
import { MovePause } from './0020MovePause.ts'

/** Every migration in order. Append only: one that has run anywhere is never changed. */
export const MIGRATIONS = [
  { name: '0001First', class: First },
  { name: '0002Ingest', class: Ingest },
  { name: '0003OldMessages', class: OldMessages },
  { name: '0004ConversionLog', class: ConversionLog },
  { name: '0005Segments', class: Segments },
  { name: '0006Accounts', class: Accounts },
  { name: '0007SecondFactor', class: SecondFactor },
  { name: '0008Members', class: Members },
  { name: '0009Audit', class: Audit },
  { name: '0010Provisioning', class: Provisioning },
  { name: '0011Mail', class: Mail },
  { name: '0012TenantMoves', class: TenantMoves },
  { name: '0013PersonalData', class: PersonalData },
  { name: '0014StreamGroups', class: StreamGroups },
  { name: '0015Webhooks', class: Webhooks },
  { name: '0016DataVersions', class: DataVersions },
  { name: '0017Attempts', class: Attempts },
  { name: '0018SecondFactorKeys', class: SecondFactorKeys },
  { name: '0019MailEvents', class: MailEvents },
  { name: '0020MovePause', class: MovePause },
]
