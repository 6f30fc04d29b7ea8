import { expect, test } from 'vitest'
import { readingDefaults, writingDefaults } from './libpq-environment.ts'

test.each([readingDefaults, writingDefaults])('PGREQUIRESSL asks for TLS, where PGSSLMODE says nothing', (defaults) => {
  expect(defaults({ PGREQUIRESSL: '1' }).parameters).toMatchObject({ sslmode: 'require' })
  expect(defaults({ PGREQUIRESSL: '1', PGSSLMODE: 'verify-full' }).parameters).toMatchObject({ sslmode: 'verify-full' })
  expect(defaults({ PGREQUIRESSL: '0' }).parameters).not.toHaveProperty('sslmode')
})
