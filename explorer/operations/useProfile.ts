import {
  ChangePasswordDocument,
  ConfirmTotpDocument,
  DisableTotpDocument,
  ProfileDocument,
  RegenerateRecoveryCodesDocument,
  RemovePasskeyDocument,
  SendVerificationMailDocument,
  StartTotpDocument,
  UpdateProfileDocument,
  type ProfileQuery,
} from './generated/graphql.ts'
import { useAnswerOf } from './useAnswerOf.ts'
import { useChange } from './useChange.ts'

export type Profile = NonNullable<NonNullable<ProfileQuery['me']>['account']>
export type OwnPasskey = NonNullable<Profile['passkeys']>[number]

/** The own account. */
export const useProfile = () => useAnswerOf(ProfileDocument, ({ me }) => me?.account ?? null)

/** What can be changed of the own account; each null when it was refused, and `failure` says why. */
export function useProfileChanges() {
  const { change, isBusy, failure, refusalCode, forget } = useChange()
  const shown = [ProfileDocument]
  return {
    isBusy,
    failure,
    refusalCode,
    forget,
    rename: async (name: string) => change(UpdateProfileDocument, { name }, shown),
    sendVerificationMail: async () => change(SendVerificationMailDocument, {}),
    changePassword: async (current: string, next: string) => change(ChangePasswordDocument, { current, next }),
    /** Some time after the login it needs the password: PASSWORD_REQUIRED. */
    startTotp: async (password: string | null) => (await change(StartTotpDocument, { password }))?.startTotp ?? null,
    confirmTotp: async (code: string) => (await change(ConfirmTotpDocument, { code }, shown))?.confirmTotp.codes ?? null,
    disableTotp: async (password: string) => change(DisableTotpDocument, { password }, shown),
    regenerateRecoveryCodes: async (password: string) =>
      (await change(RegenerateRecoveryCodesDocument, { password }, shown))?.regenerateRecoveryCodes.codes ?? null,
    removePasskey: async (id: string, password: string) => change(RemovePasskeyDocument, { id, password }, shown),
  }
}
