import { expect, test } from 'vitest'
import { childTypes as written } from '../../../packages/pg-sql/src/rename/parser/child-types.ts'
import { rules } from '../../../packages/pg-sql/src/rename/rules/rules.ts'
import { childTypes, fieldTypes } from '../child-types.ts'

test('the parser has the node types that its reader knows; `node tooling/parser-types/main.ts` writes them', () => {
  expect(written).toEqual(childTypes())
})

test('every field that a rule is about exists', () => {
  const fields = fieldTypes()
  const slots = [...rules.slots.keys(), ...rules.kept].filter((slot) => !slot.startsWith('object.'))
  expect(slots.filter((slot) => !fields.has(slot))).toEqual([])
  const types = new Set([...fields.keys()].map((slot) => slot.split('.')[0] ?? ''))
  expect([...rules.nodes.keys()].filter((type) => !types.has(type))).toEqual([])
})
