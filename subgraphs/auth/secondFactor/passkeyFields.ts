import type { Passkey } from '#db/entities/auth/Passkey.ts'
import type { Identity } from '#ops/security/identity.ts'
import { AccountRef } from '../account.ts'
import { builder } from '../builder.ts'
import { LoginPayloadRef, withCookie } from '../session.ts'
import { ownAccountId } from './viewerAccount.ts'

const PasskeyRef = builder.objectRef<Passkey>('Passkey').implement({
  description: 'A key on a device or in a password manager, by which an account logs in.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'For removePasskey.' }),
    name: t.exposeString('name', { description: 'What its owner calls it.' }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was added.', resolve: ({ createdAt }) => createdAt }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it last logged in; null: never.',
      resolve: ({ lastUsedAt }) => lastUsedAt ?? null,
    }),
  }),
})

/** A fellow member’s account is read too, but not how it logs in. */
// wall: second-factor-of-account
const isOwn = (identity: Identity, id: string): boolean => identity.kind === 'account' && identity.subjectId === id

builder.objectFields(AccountRef, (t) => ({
  hasTotp: t.boolean({
    nullable: true,
    description: 'Whether logins ask for a code of an authenticator app; null for another account than the viewer’s.',
    resolve: ({ id }, _arguments, { auth, identity }) => (isOwn(identity, id) ? auth.secondFactor.hasTotp(id) : null),
  }),
  recoveryCodesLeft: t.int({
    nullable: true,
    description: 'Recovery codes that were not used yet; null for another account than the viewer’s.',
    resolve: ({ id }, _arguments, { auth, identity }) => (isOwn(identity, id) ? auth.secondFactor.recoveryCodesLeft(id) : null),
  }),
  passkeys: t.field({
    type: [PasskeyRef],
    nullable: true,
    description: 'Its passkeys, at most 20, the oldest first; null for another account than the viewer’s.',
    resolve: async ({ id }, _arguments, { auth, identity }) => (isOwn(identity, id) ? [...(await auth.secondFactor.passkeys.list(id))] : null),
  }),
}))

builder.mutationField('startPasskeyRegistration', (t) =>
  t.field({
    type: 'JSON',
    needs: 'account',
    description:
      'Options for navigator.credentials.create, as WebAuthn writes them in JSON; good for five minutes. PASSKEYS_UNAVAILABLE where PUBLIC_URL has no host name, PASSWORD_REQUIRED when the login is not fresh.',
    args: { password: t.arg.string({ description: 'The password of the account; needed ten minutes after the login.' }) },
    resolve: async (_root, { password }, { auth, identity }) => {
      const accountId = ownAccountId(identity)
      await auth.secondFactor.requireFresh({ accountId, sessionId: identity.sessionId, password: password ?? null })
      return auth.secondFactor.passkeys.startRegistration(accountId)
    },
  }),
)

builder.mutationField('finishPasskeyRegistration', (t) =>
  t.field({
    type: PasskeyRef,
    needs: 'account',
    description: 'Keeps the passkey that the browser made. Logins by password ask for it, or another second factor, from then on.',
    args: {
      name: t.arg.string({ required: true, description: 'What it is called, 1 to 100 characters.' }),
      response: t.arg({ type: 'JSON', required: true, description: 'What navigator.credentials.create answered, in JSON.' }),
    },
    resolve: (_root, { name, response }, { auth, identity, http }) =>
      auth.secondFactor.passkeys.finishRegistration({ accountId: ownAccountId(identity), name, response, client: http }),
  }),
)

builder.mutationField('removePasskey', (t) =>
  t.boolean({
    needs: 'account',
    description: 'Removes a passkey. With the last second factor the recovery codes go too, and the password alone is asked for.',
    args: {
      id: t.arg.id({ required: true, description: 'The id of the passkey.' }),
      password: t.arg.string({ required: true, description: "The account's password." }),
    },
    resolve: async (_root, { id, password }, { auth, identity, http }) => {
      await auth.secondFactor.passkeys.remove({ accountId: ownAccountId(identity), id: String(id), password, client: http })
      return true
    },
  }),
)

builder.mutationField('startPasskeyLogin', (t) =>
  t.field({
    type: 'JSON',
    description: 'Options for navigator.credentials.get, as WebAuthn writes them in JSON; good for five minutes.',
    args: { challenge: t.arg.string({ description: 'That of SECOND_FACTOR_REQUIRED, to complete a login; null: to log in by the passkey alone.' }) },
    resolve: (_root, { challenge }, { auth }) => auth.secondFactor.startPasskeyLogin(challenge ?? null),
  }),
)

builder.mutationField('finishPasskeyLogin', (t) =>
  t.field({
    type: LoginPayloadRef,
    description: 'Logs in by a passkey alone, which asked for a finger, a face or a PIN.',
    args: {
      response: t.arg({ type: 'JSON', required: true, description: 'What navigator.credentials.get answered, in JSON.' }),
      rememberMe: t.arg.boolean({ required: true, defaultValue: false, description: 'Whether the login outlives the browser.' }),
    },
    resolve: async (_root, { response, rememberMe }, context) =>
      withCookie(await context.auth.secondFactor.finishPasskeyLogin({ response, rememberMe, client: context.http }), context),
  }),
)

builder.mutationField('completeLogin', (t) =>
  t.field({
    type: LoginPayloadRef,
    description: 'Completes a login that answered SECOND_FACTOR_REQUIRED, by one of code, recoveryCode and passkey.',
    args: {
      challenge: t.arg.string({ required: true, description: 'That of SECOND_FACTOR_REQUIRED; good once, for five minutes.' }),
      code: t.arg.string({ description: 'Six digits of the authenticator app, or of the mail where methods says MAILED_CODE.' }),
      recoveryCode: t.arg.string({ description: 'One of the recovery codes, in any case, with or without its hyphens.' }),
      passkey: t.arg({ type: 'JSON', description: 'What navigator.credentials.get answered for startPasskeyLogin(challenge), in JSON.' }),
    },
    resolve: async (_root, { challenge, code, recoveryCode, passkey }, context) => {
      const shown = { challenge, code: code ?? null, recoveryCode: recoveryCode ?? null, passkey, client: context.http }
      return withCookie(await context.auth.secondFactor.completeLogin(shown), context)
    },
  }),
)
