import type { RequestedMail } from '#db/outbox/requestMail.ts'

const TO = 'ada@example.com'
const AT = '2026-03-02T10:05:00.000Z'

/** One of every kind, with the page that its link opens and its subject. */
export const MAIL_SAMPLES: readonly { readonly mail: RequestedMail; readonly path: string; readonly subject: string }[] = [
  { mail: { kind: 'welcome', to: TO, name: 'Ada' }, path: '/', subject: 'Welcome to UnMoGrowP' },
  { mail: { kind: 'tenantReady', to: TO, name: 'Ada', tenant: 'Acme & Söhne', slug: 'acme' }, path: '/', subject: 'Acme & Söhne is ready' },
  { mail: { kind: 'verifyEmail', to: TO, name: 'Ada', token: 'tok-verify' }, path: '/verify?token=tok-verify', subject: 'Confirm your e-mail address' },
  {
    mail: { kind: 'resetPassword', to: TO, name: 'Ada', token: 'a+b/c=&d', minutes: 15 },
    path: '/reset?token=a%2Bb%2Fc%3D%26d',
    subject: 'Choose a new password',
  },
  { mail: { kind: 'passwordChanged', to: TO, name: 'Ada', at: AT, address: '203.0.113.9' }, path: '/sessions', subject: 'Your password was changed' },
  {
    mail: { kind: 'invitation', to: TO, inviter: 'Grace Hopper', tenant: 'Acme & Söhne', role: 'admin', token: 'tok-invite', days: 7 },
    path: '/invitation?token=tok-invite',
    subject: 'Grace Hopper invites you to Acme & Söhne',
  },
  {
    mail: { kind: 'securityAlert', to: TO, name: 'Ada', what: 'A login from a new country.', at: AT, address: null, device: 'Firefox on Linux' },
    path: '/sessions',
    subject: 'Please look at your account',
  },
]
