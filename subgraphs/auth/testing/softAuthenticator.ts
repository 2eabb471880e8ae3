import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'

/** What a browser with an authenticator answers; each of these can be made wrong. */
export type SoftOptions = {
  /** The page. */
  readonly origin: string
  /** Default: whether it asked for a finger. */
  readonly isUserVerified?: boolean
  /** Default: the one of the options. */
  readonly challenge?: string
}

const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 } as const

/** An authenticator of ES256 in software: what it answers is signed, so the real library verifies it. */
export function createSoftAuthenticator({ counts = true }: { readonly counts?: boolean } = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32)
  let counter = 0
  let userHandle: string | undefined

  function create(options: PublicKeyCredentialCreationOptionsJSON, { origin, isUserVerified = true, challenge }: SoftOptions): RegistrationResponseJSON {
    userHandle = options.user.id
    const clientData = clientDataOf('webauthn.create', { origin, challenge: challenge ?? options.challenge })
    const length = Buffer.alloc(2)
    length.writeUInt16BE(credentialId.length)
    const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKeyOf(publicKey)])
    const authData = Buffer.concat([authenticatorData({ rpId: options.rp.id ?? '', isUserVerified, counter, flags: FLAGS.attested }), attested])
    const attestation = cbor(
      new Map<CborValue, CborValue>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]),
    )
    const id = credentialId.toString('base64url')
    const response = {
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal' as const],
    }
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response }
  }

  function get(options: PublicKeyCredentialRequestOptionsJSON, { origin, isUserVerified = true, challenge }: SoftOptions): AuthenticationResponseJSON {
    if (counts) counter += 1
    const clientData = clientDataOf('webauthn.get', { origin, challenge: challenge ?? options.challenge })
    const authData = authenticatorData({ rpId: options.rpId ?? '', isUserVerified, counter, flags: 0 })
    const signature = signatureOf(privateKey, Buffer.concat([authData, createHash('sha256').update(clientData).digest()]))
    const id = credentialId.toString('base64url')
    const response = { clientDataJSON: clientData.toString('base64url'), authenticatorData: authData.toString('base64url'), signature, userHandle }
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response }
  }

  return {
    create,
    get,
    /** As if it had been copied at this moment: it counts on from here, whatever the other counts. */
    setCounter: (value: number) => {
      counter = value
    },
    counter: () => counter,
  }
}
export type SoftAuthenticator = ReturnType<typeof createSoftAuthenticator>

const signatureOf = (key: KeyObject, bytes: Buffer): string => sign('sha256', bytes, { key, dsaEncoding: 'der' }).toString('base64url')

function clientDataOf(type: string, { origin, challenge }: { readonly origin: string; readonly challenge: string }): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
}

type AuthenticatorState = { readonly rpId: string; readonly isUserVerified: boolean; readonly counter: number; readonly flags: number }

function authenticatorData({ rpId, isUserVerified, counter, flags }: AuthenticatorState): Buffer {
  const bytes = Buffer.alloc(37)
  createHash('sha256').update(rpId).digest().copy(bytes)
  bytes.writeUInt8(FLAGS.present | (isUserVerified ? FLAGS.verified : 0) | flags, 32)
  bytes.writeUInt32BE(counter, 33)
  return bytes
}

/** COSE_Key of a P-256 key: EC2, ES256, the curve, x, y. */
function coseKeyOf(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return cbor(
    new Map<CborValue, CborValue>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  )
}

type CborValue = number | string | Buffer | Map<CborValue, CborValue>

/** The little of CBOR (RFC 8949) that is needed here. */
function cbor(value: CborValue): Buffer {
  if (typeof value === 'number') return value >= 0 ? cborHead(0, value) : cborHead(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([cborHead(2, value.length), value])
  return Buffer.concat([cborHead(5, value.size), ...[...value].flatMap(([key, each]) => [cbor(key), cbor(each)])])
}

function cborHead(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length])
  return length < 256 ? Buffer.from([(major << 5) | 24, length]) : Buffer.from([(major << 5) | 25, length >> 8, length & 0xff])
}
