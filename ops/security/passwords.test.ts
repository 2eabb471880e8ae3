import bcrypt from 'bcryptjs'
import { describe, expect, it, test } from 'vitest'
import { hashPassword, isImported, isOutdated, MAX_PASSWORD_BYTES, verifyPassword } from './passwords.ts'

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

describe('a bcrypt hash of another system', () => {
  it('is verified, is outdated, and today’s is not', async () => {
    const hash = await bcrypt.hash('Grüße, Welt', 10)
    expect(hash).toMatch(/^\$2b\$10\$/)
    expect(await verifyPassword({ password: 'Grüße, Welt', hash })).toBe(true)
    expect(await verifyPassword({ password: 'Grüße, Wel', hash })).toBe(false)
    expect(await verifyPassword({ password: 'Grüße, Welt', hash: hash.replace('$2b$', '$2a$') })).toBe(true)
    expect([isImported(hash), isOutdated(hash)]).toEqual([true, true])
    const own = await hashPassword('Grüße, Welt')
    expect([isImported(own), isOutdated(own)]).toEqual([false, false])
    expect(isOutdated(own.replace('t=2', 't=1'))).toBe(true)
  }, 30_000)

  it('leaves the event loop free while it is compared', async () => {
    const hash = await bcrypt.hash('x', 10)
    let turns = 0
    const timer = setInterval(() => (turns += 1), 1)
    await Promise.all(Array.from({ length: 4 }, () => verifyPassword({ password: 'y', hash })))
    clearInterval(timer)
    expect(turns).toBeGreaterThan(5)
  }, 30_000)

  it.each(['$2b$31$' + 'a'.repeat(53), '$2b$12$short', '$2x$12$' + 'a'.repeat(53)])('is refused as %s', async (hash) => {
    await expect(verifyPassword({ password: 'x', hash })).rejects.toThrow(/nor bcrypt/)
  })
})
