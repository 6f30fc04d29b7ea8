import { type Attribute, argumentOf, attributesOf, namesOf, textOf } from './attributes.ts'
import type { Block } from './blocks.ts'
import type { Token } from './tokens.ts'

/** A model or view, as the schema declares it. */
export interface PslModel {
  readonly name: string
  /** As the database calls it. */
  readonly table: string
  /** Declared as `view`. */
  readonly isView: boolean
  /** By `@@schema`. */
  readonly schema: string | undefined
  /** By `@@ignore`: the client does not have it. */
  readonly isIgnored: boolean
  readonly fields: readonly PslField[]
  /** Names of the fields of `@id` or `@@id`, in its order; none where there is no such key. */
  readonly key: readonly string[]
}

export interface PslField {
  readonly name: string
  /** `Int`, `OrderStatus`, `Customer`; `Unsupported` whatever it is. */
  readonly type: string
  /** By `@db.Timestamptz(3)`, whatever the datasource is called: `Timestamptz`. */
  readonly nativeType: string | undefined
  readonly isList: boolean
  /** The client does not have it: by `@ignore`, or `Unsupported`. */
  readonly isHidden: boolean
  /** As the database calls it; undefined for relations, which have none of their own. */
  readonly column: string | undefined
  /** Of a relation. */
  readonly relation: PslRelation | undefined
}

export interface PslRelation {
  readonly name: string | undefined
}

/** The models and views that are declared. */
export function modelsOf(blocks: readonly Block[]): PslModel[] {
  const declared = blocks.filter(({ keyword }) => keyword === 'model' || keyword === 'view')
  const names = new Set(declared.map(({ name }) => name))
  return declared.map((block) => modelOf(block, names))
}

function modelOf({ keyword, name, lines }: Block, models: ReadonlySet<string>): PslModel {
  const ofBlock = lines.filter(([first]) => first?.text === '@').flatMap((line) => attributesOf(line))
  const find = (attribute: string) => ofBlock.find((each) => each.name === attribute)
  const fields = lines.flatMap((line) => fieldOf(line, models))
  const single = fields.filter(({ isId }) => isId).map(({ field }) => field.name)
  return {
    name,
    table: mapped(find('@@map')) ?? name,
    isView: keyword === 'view',
    schema: mapped(find('@@schema')),
    isIgnored: find('@@ignore') !== undefined,
    fields: fields.map(({ field }) => field),
    key: single.length > 0 ? single : namesOf(fieldsArgument(find('@@id'))),
  }
}

function fieldOf(line: readonly Token[], models: ReadonlySet<string>): { field: PslField; isId: boolean }[] {
  const [name, type] = line
  if (name?.kind !== 'word' || type?.kind !== 'word') return []
  const attributes = attributesOf(line)
  const find = (attribute: string) => attributes.find((each) => each.name === attribute)
  const isModel = models.has(type.text)
  const isUnsupported = type.text === 'Unsupported'
  const start = line.findIndex(({ kind, text }) => kind === 'punctuation' && text === '@')
  const declared = line.slice(2, start < 0 ? undefined : start)
  return [
    {
      isId: find('@id') !== undefined,
      field: {
        name: name.text,
        type: type.text,
        nativeType: attributes.map((each) => /^@[^@.]+\.(.+)$/.exec(each.name)?.[1]).find(Boolean),
        isList: declared.some(({ kind, text }) => kind === 'punctuation' && text === '['),
        isHidden: isUnsupported || find('@ignore') !== undefined,
        column: isModel ? undefined : (mapped(find('@map')) ?? name.text),
        relation: isModel ? { name: mapped(find('@relation')) } : undefined,
      },
    },
  ]
}

/** The only text of an attribute, named or not. */
const mapped = (attribute: Attribute | undefined) => attribute && textOf(argumentOf(attribute, 'name'))

const fieldsArgument = (attribute: Attribute | undefined) => attribute && argumentOf(attribute, 'fields')
