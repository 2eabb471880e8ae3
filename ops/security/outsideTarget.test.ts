import { describe, expect, it } from 'vitest'
import { createHostResolver, findAddresses, parseTarget } from './outsideTarget.ts'
import { isPublicAddress } from './publicAddress.ts'

const LOCAL: Readonly<Record<string, readonly string[]>> = {
  'example.com': ['93.184.216.34', '2606:2800:220:1::1'],
  'inside.example.com': ['10.1.2.3'],
  'both.example.com': ['93.184.216.34', '192.168.0.1'],
  'mapped.example.com': ['::ffff:10.0.0.1'],
  'nat64.example.com': ['64:ff9b::a00:1'],
  '6to4.example.com': ['2002:a00:1::1'],
  'nowhere.example.com': [],
  'xn--bcher-kva.example': ['93.184.216.35'],
}
const dns = createHostResolver()
const resolve = async (name: string): Promise<readonly string[]> => (name.endsWith('localhost') ? dns(name) : (LOCAL[name] ?? []))
const targetOf = async (text: string, allowedNetworks: readonly string[] = []) => findAddresses(parseTarget(text), { allowedNetworks, resolve })

const HOSTILE: readonly string[] = [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://127.0.1/',
  'https://2130706433/',
  'https://017700000001/',
  'https://0x7f000001/',
  'https://0x7f.0.0.1/',
  'https://0177.0.0.1/',
  'https://0177.0.0.0x1/',
  'https://127.0.0.1./',
  'https://1２7.0.0.1/',
  'https://①②⑦.⓪.⓪.①/',
  'https://127。0。0。1/',
  'https://127.0.0.1:443/',
  'https://127.255.255.254/',
  'https://0/',
  'https://0.0.0.0/',
  'https://0.1.2.3/',
  'https://10.0.0.1/',
  'https://167772161/',
  'https://10.1/',
  'https://100.64.0.1/',
  'https://100.100.100.200/latest/meta-data/',
  'https://169.254.169.254/latest/meta-data/',
  'https://2852039166/',
  'https://0xa9.0xfe.0xa9.0xfe/',
  'https://0251.0376.0251.0376/',
  'https://168.63.129.16/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.1.1/',
  'https://192.0.0.8/',
  'https://192.0.2.1/',
  'https://192.88.99.1/',
  'https://198.18.0.1/',
  'https://198.51.100.7/',
  'https://203.0.113.9/',
  'https://224.0.0.1/',
  'https://239.255.255.250/',
  'https://240.0.0.1/',
  'https://255.255.255.255/',
  'https://[::]/',
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[0000:0000:0000:0000:0000:0000:0000:0001]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::127.0.0.1]/',
  'https://[::ffff:0:127.0.0.1]/',
  'https://[::ffff:93.184.216.34]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b:1::a00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001::1]/',
  'https://[2001:db8::1]/',
  'https://[fe80::1]/',
  'https://[fec0::1]/',
  'https://[fc00::1]/',
  'https://[fd00:ec2::254]/',
  'https://[ff02::1]/',
  'https://[100::1]/',
  'https://[3fff::1]/',
  'https://localhost/',
  'https://LOCALHOST/',
  'https://localhost./',
  'https://ｌｏｃａｌｈｏｓｔ/',
  'https://app.localhost/',
  'https://loc%61lhost/',
  'https://%31%32%37.0.0.1/',
  'https://inside.example.com/',
  'https://INSIDE.example.com./',
  'https://ｉｎｓｉｄｅ.example.com/',
  'https://both.example.com/',
  'https://mapped.example.com/',
  'https://nat64.example.com/',
  'https://6to4.example.com/',
  'https://nowhere.example.com/',
  'https://example.com@127.0.0.1/',
  'https://127.0.0.1@example.com/',
  'https://user:secret@example.com/',
  'https://example.com\\@127.0.0.1/',
  'https://example.com#@127.0.0.1/',
  'https://127.0.0.1%00.example.com/',
  'https://exa\tmple.com/',
  'https://example.com/\n',
  ' https://example.com/',
  'https:///',
  'https://[fe80::1%25eth0]/',
  'http://example.com/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'gopher://example.com/',
  'javascript:alert(1)',
  'data:text/plain,hello',
  '//example.com/',
  'example.com',
  '',
  `https://example.com/${'a'.repeat(2_000)}`,
]

describe('where something may be sent', () => {
  it('is the public internet by TLS, by name or address', async () => {
    expect(await targetOf('https://example.com/hook?a=1')).toEqual(['93.184.216.34', '2606:2800:220:1::1'])
    expect(await targetOf('https://93.184.216.34:8443/')).toEqual(['93.184.216.34'])
    expect(await targetOf('https://[2606:2800:220:1::1]/')).toEqual(['2606:2800:220:1::1'])
    expect(await targetOf('https://bücher.example/')).toEqual(['93.184.216.35'])
    expect(await targetOf('https://EXAMPLE.com./')).toEqual(['93.184.216.34', '2606:2800:220:1::1'])
  })

  it.each(HOSTILE)('is not %j', async (text) => {
    await expect((async () => targetOf(text))()).rejects.toThrow(expect.objectContaining({ name: 'RefusedTarget' }))
  })

  it('is also a network that the configuration names, there without TLS too', async () => {
    const loopback = ['127.0.0.0/8', '::1/128']
    expect(await targetOf('http://127.0.0.1:9000/', loopback)).toEqual(['127.0.0.1'])
    expect(await targetOf('http://localhost:9000/', loopback)).toEqual(['127.0.0.1', '::1'])
    for (const text of ['http://10.0.0.1/', 'https://[::ffff:10.0.0.1]/', 'http://both.example.com/', 'http://example.com/', 'https://169.254.169.254/'])
      await expect((async () => targetOf(text, loopback))()).rejects.toThrow(expect.objectContaining({ name: 'RefusedTarget' }))
  })
})

it('an address with a zone, or what is none, is not public', () => {
  expect(['fe80::1%eth0', '2606:2800:220:1::1%eth0', '', 'example.com', '127.1', '1.2.3.4.5'].filter(isPublicAddress)).toEqual([])
  expect(['1.1.1.1', '2606:4700:4700::1111', '11.0.0.1', '172.32.0.1', '100.128.0.1'].filter(isPublicAddress)).toHaveLength(5)
})
