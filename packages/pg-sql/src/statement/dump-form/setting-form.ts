import type { TokenCursor } from '../../tokens/token-cursor.ts'
import { readSetConfig, readSetting, type Setting } from '../setting.ts'

const PLAIN = /^[a-z_][\w.]*$/
/** Of encodings in which the second byte of a letter may be a backslash, as PostgreSQL takes their names. */
// https://www.postgresql.org/docs/current/multibyte.html#MULTIBYTE-CHARSET-SUPPORTED
const WITH_BACKSLASHES = /^(mskanji|s(hift)?jis(2004)?|big5|gbk|gb18030|uhc|johab|win(dows)?9(32|36|49|50))$/

/**
 * Whether what follows SET or RESET leaves text to be read as it is read here: a backslash in a plain literal is a character, and so
 * is one behind a letter that is not ASCII.
 */
export const isSettingForm = (cursor: TokenCursor): boolean => {
  const word = cursor.word(cursor.word() === 'SESSION' && cursor.word(1) === 'CHARACTERISTICS' ? 1 : 0)
  return ['CHARACTERISTICS', 'TRANSACTION', 'CONSTRAINTS'].includes(word) || isHarmless(readSetting(cursor))
}

/** The same for the arguments of `set_config`. */
export const isSetConfigForm = (cursor: TokenCursor): boolean => isHarmless(readSetConfig(cursor))

function isHarmless({ setting = '', value }: Setting): boolean {
  switch (setting) {
    case 'all':
      return false
    case 'standard_conforming_strings':
      return value?.toLowerCase() === 'on'
    case 'client_encoding':
      return value !== undefined && !WITH_BACKSLASHES.test(value.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
    default:
      return PLAIN.test(setting)
  }
}
