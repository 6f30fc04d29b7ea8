import path from 'node:path'
import { schemeOf } from '../arguments/destination-url.ts'

/** The URL of a destination with its options as parameters, or the absolute path of its folder; undefined where it is not set. */
export function placeOf(
  url: string | undefined,
  options: Readonly<Record<string, string | number | boolean>> = {},
  folder: string,
): string | undefined {
  if (!url) return undefined
  if (schemeOf(url) === undefined) return path.resolve(folder, url)
  const parameters = new URLSearchParams(
    Object.entries(options).map(([name, value]) => [name, String(value)]),
  ).toString()
  if (parameters === '') return url
  return `${url}${url.includes('?') ? '&' : '?'}${parameters}`
}
