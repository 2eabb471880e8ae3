import { builder } from '../builder.ts'
import { ownAccountId } from './viewerAccount.ts'

const TotpSetupRef = builder.objectRef<{ readonly secret: string; readonly uri: string }>('TotpSetup').implement({
  description: 'What an authenticator app is told, this once. It guards nothing until confirmTotp.',
  fields: (t) => ({
    secret: t.exposeString('secret', { description: 'Base 32, for an app that reads no pictures.' }),
    uri: t.exposeString('uri', { description: 'otpauth://…, which the app reads as a QR code.' }),
  }),
})

const RecoveryCodesRef = builder.objectRef<{ readonly codes: readonly string[] }>('RecoveryCodes').implement({
  description: 'Codes that stand in for a lost second factor. They are shown this once.',
  fields: (t) => ({ codes: t.stringList({ description: 'Ten, each good for one login.', resolve: ({ codes }) => [...codes] }) }),
})

builder.mutationField('startTotp', (t) =>
  t.field({
    type: TotpSetupRef,
    needs: 'account',
    description: 'A new secret for an authenticator app. CONFLICT while an app is in use; PASSWORD_REQUIRED when the login is not fresh.',
    args: { password: t.arg.string({ description: 'The password of the account; needed ten minutes after the login.' }) },
    resolve: async (_root, { password }, { auth, identity }) => {
      const accountId = ownAccountId(identity)
      await auth.secondFactor.requireFresh({ accountId, sessionId: identity.sessionId, password: password ?? null })
      return auth.secondFactor.totp.start(accountId)
    },
  }),
)

builder.mutationField('confirmTotp', (t) =>
  t.field({
    type: RecoveryCodesRef,
    needs: 'account',
    description: 'Puts the authenticator app in use, which logins ask for from then on. Recovery codes of before are worth nothing then.',
    args: { code: t.arg.string({ required: true, description: 'The six digits that the app shows.' }) },
    resolve: async (_root, { code }, { auth, identity, http }) => ({
      codes: await auth.secondFactor.totp.confirm({ accountId: ownAccountId(identity), code, client: http }),
    }),
  }),
)

builder.mutationField('disableTotp', (t) =>
  t.boolean({
    needs: 'account',
    description: 'Takes the authenticator app out of use. Without a passkey the recovery codes go with it, and the password alone is asked for.',
    args: { password: t.arg.string({ required: true, description: "The account's password." }) },
    resolve: async (_root, { password }, { auth, identity, http }) => {
      await auth.secondFactor.totp.disable({ accountId: ownAccountId(identity), password, client: http })
      return true
    },
  }),
)

builder.mutationField('regenerateRecoveryCodes', (t) =>
  t.field({
    type: RecoveryCodesRef,
    needs: 'account',
    description: 'Ten new recovery codes; those of before are worth nothing then. For an account with an authenticator app or a passkey.',
    args: { password: t.arg.string({ required: true, description: "The account's password." }) },
    resolve: async (_root, { password }, { auth, identity, http }) => ({
      codes: await auth.secondFactor.regenerateRecoveryCodes({ accountId: ownAccountId(identity), password, client: http }),
    }),
  }),
)
