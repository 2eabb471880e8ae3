import type { PasswordStyle } from '#ops/security/passwordGenerator.ts'
import type { PasswordStrength } from '#ops/security/passwordStrength.ts'
import { AccountRef } from './account.ts'
import { builder } from './builder.ts'
import { ownerOf } from './ownSession.ts'

const PasswordStrengthRef = builder.objectRef<PasswordStrength>('PasswordStrength').implement({
  description: 'How hard a password is to guess.',
  fields: (t) => ({
    score: t.exposeInt('score', { description: '0 to 100.' }),
    isAccepted: t.exposeBoolean('isAccepted', { description: 'Whether an account may have it.' }),
    reasons: t.stringList({ description: 'Sentences: what makes it easy to guess.', resolve: ({ reasons }) => [...reasons] }),
    suggestions: t.stringList({ description: 'Sentences: what would make it harder.', resolve: ({ suggestions }) => [...suggestions] }),
  }),
})

const GeneratedPasswordRef = builder.objectRef<{ readonly password: string; readonly strength: PasswordStrength }>('GeneratedPassword').implement({
  description: 'A password that was made at random for this answer alone.',
  fields: (t) => ({
    password: t.exposeString('password', { description: 'The password.' }),
    strength: t.field({ type: PasswordStrengthRef, description: 'How hard it is to guess.', resolve: ({ strength }) => strength }),
  }),
})

const PasswordStyleRef = builder.enumType('PasswordStyle', {
  description: 'What a generated password looks like.',
  values: {
    STANDARD: { description: '20 characters of all kinds.' },
    USER_FRIENDLY: { description: 'Four groups of five characters, none of which looks like another.' },
    MEMORABLE: { description: 'Five words.' },
  } satisfies Record<PasswordStyle, object>,
})

builder.queryField('passwordStrength', (t) =>
  t.field({
    type: PasswordStrengthRef,
    nullable: true,
    description: 'How strong a password would be. It is neither kept nor logged.',
    args: {
      password: t.arg.string({ required: true, description: 'What was typed so far.' }),
      email: t.arg.string({ required: true, defaultValue: '', description: 'The address of the account; the password must not resemble it.' }),
      name: t.arg.string({ required: true, defaultValue: '', description: 'The name of its owner; the password must not resemble it.' }),
    },
    resolve: (_root, { password, email, name }, { auth, http }) => auth.passwordStrength({ password, email, name, client: http }),
  }),
)

builder.queryField('generatePassword', (t) =>
  t.field({
    type: GeneratedPasswordRef,
    nullable: true,
    description: 'A new random password.',
    args: { style: t.arg({ type: PasswordStyleRef, required: true, defaultValue: 'STANDARD', description: 'What it looks like.' }) },
    resolve: (_root, { style }, { auth, http }) => auth.generatePassword({ style, client: http }),
  }),
)

builder.mutationField('requestPasswordReset', (t) =>
  t.boolean({
    description: 'Sends a link by which the password is set anew, if there is such an account. True, whether there is one or not.',
    args: {
      email: t.arg.string({ required: true, description: 'The address of the account, in any case.' }),
      recaptchaToken: t.arg.string({ required: false, description: 'The answer to a captcha, after CAPTCHA_REQUIRED.' }),
    },
    resolve: async (_root, { email, recaptchaToken: captchaToken }, { auth, http }) => {
      await auth.requestPasswordReset({ email, client: http, captchaToken })
      return true
    },
  }),
)

builder.mutationField('resetPassword', (t) =>
  t.boolean({
    description: 'Sets the password anew and ends all sessions of the account. True.',
    args: {
      token: t.arg.string({ required: true, description: 'The token of the link: good once, for 15 minutes.' }),
      password: t.arg.string({ required: true, description: 'The new password: at least 10 characters, not easy to guess.' }),
    },
    resolve: async (_root, { token, password }, { auth, http }) => {
      await auth.resetPassword({ token, password, client: http })
      return true
    },
  }),
)

builder.mutationField('changePassword', (t) =>
  t.boolean({
    needs: 'account',
    description: 'Changes the own password and ends all other sessions. True.',
    args: {
      current: t.arg.string({ required: true, description: 'The password of now.' }),
      next: t.arg.string({ required: true, description: 'The new one: at least 10 characters, not easy to guess.' }),
    },
    resolve: async (_root, { current, next }, context) => {
      await context.auth.changePassword(ownerOf(context), { current, next })
      return true
    },
  }),
)

builder.mutationField('updateProfile', (t) =>
  t.field({
    type: AccountRef,
    needs: 'account',
    description: 'Changes what the own account says of its owner.',
    args: { name: t.arg.string({ required: true, description: 'What the person is called, 1 to 100 characters.' }) },
    resolve: (_root, { name }, context) => context.auth.updateProfile(ownerOf(context), { name }),
  }),
)
