import { expect, test } from 'vitest'
import { textIn } from '../src/index.ts'

test.each([
  ['UTF8', 'c3a9', 'é'],
  ['UTF8', 'efbbbf61', '\ufeffa'],
  ['LATIN1', '80e9', '\u0080é'],
  ['iso_8859_1', 'e9', 'é'],
  ['LATIN2', 'b1', 'ą'],
  ['LATIN9', 'a4', '€'],
  ['LATIN10', 'aa', 'Ș'],
  ['ISO_8859_5', 'b6', 'Ж'],
  ['WIN1251', 'c6', 'Ж'],
  ['WIN866', '86', 'Ж'],
  ['WIN874', 'a1', 'ก'],
  ['KOI8R', 'f6', 'Ж'],
  ['KOI8U', 'a4', 'є'],
  ['EUC_JP', 'b4c1bbfa', '漢字'],
  ['SJIS', '8abf8e9a955c', '漢字表'],
  ['EUC_KR', 'c7d1', '한'],
  ['UHC', 'c7d1', '한'],
  ['EUC_CN', 'babad7d6', '汉字'],
  ['GBK', 'babad7d6', '汉字'],
  ['GB18030', '81308130', '\u0080'],
  ['BIG5', 'ba7e', '漢'],
  ['SQL_ASCII', 'c3a9', 'é'],
  ['SQL_ASCII', 'e9', '\ufffd'],
  ['JOHAB', '61d065', 'a\ufffde'],
])('%s: %s', (encoding, hex, text) => {
  expect(textIn(encoding, Buffer.from(hex, 'hex'))).toBe(text)
})
