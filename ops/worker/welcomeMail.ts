import type { Mail } from './mail.ts'

/** The mail that greets a new account. */
export function welcomeMail({ id, to, name }: { readonly id: string; readonly to: string; readonly name: string }, publicUrl: string): Mail {
  const text = `Hello ${name},

your account at UnMoGrowP is ready. Log in with ${to} at

  ${publicUrl}

An administrator of your organisation gives you access to its data.

If you did not register, you can ignore this message.
`
  return { id, to: { name, address: to }, subject: 'Welcome to UnMoGrowP', text }
}
