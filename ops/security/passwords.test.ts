import { expect, test } from 'vitest'
import { hashPassword, MAX_PASSWORD_BYTES, verifyPassword } from './passwords.ts'

test('a password is known again by its hash, which names Argon2id and its parameters', async () => {
  const hash = await hashPassword('correct horse')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(await verifyPassword({ password: 'correct horse', hash })).toBe(true)
})

test('the same password has another hash each time', async () => {
  expect(await hashPassword('again')).not.toBe(await hashPassword('again'))
})

test('a hash of another implementation with other parameters is verified by the parameters it names', async () => {
  // The reference implementation's own vector: password "password", salt "somesalt", m 64 MiB, t 2, p 1.
  const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  expect(await verifyPassword({ password: 'password', hash })).toBe(true)
  expect(await verifyPassword({ password: 'Password', hash })).toBe(false)
})

test('the same characters typed in another Unicode form are the same password', async () => {
  expect(await verifyPassword({ password: 'ame\u0301lie', hash: await hashPassword('am\u00e9lie') })).toBe(true)
})

test('a wrong password, an empty one and one with a blank more are refused', async () => {
  const hash = await hashPassword('right')
  for (const password of ['wrong', '', 'right ', 'Right']) expect(await verifyPassword({ password, hash })).toBe(false)
})

test('an account that does not exist has no password, not even an empty one', async () => {
  expect(await verifyPassword({ password: '', hash: null })).toBe(false)
  expect(await verifyPassword({ password: 'anything', hash: null })).toBe(false)
})

test('a password above the limit of bytes is not hashed and not right', async () => {
  const tooLong = 'é'.repeat(MAX_PASSWORD_BYTES / 2 + 1)
  await expect(hashPassword(tooLong)).rejects.toThrow('at most 1024 bytes')
  expect(await verifyPassword({ password: tooLong, hash: await hashPassword('x') })).toBe(false)
})

test('a stored text that is no Argon2id hash is a bug and throws', async () => {
  await expect(verifyPassword({ password: 'x', hash: 'plain text' })).rejects.toThrow('no Argon2id PHC string')
  await expect(
    verifyPassword({ password: 'x', hash: '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc' }),
  ).rejects.toThrow()
})
