import { EntitySchema } from 'typeorm'

/** Several entities in one table, told apart by `kind`. */
export class Content {
  declare id: number
  declare title: string
}

export class Photo extends Content {
  declare width: number
}

export class Article extends Content {
  declare words: number
}

export const content = new EntitySchema<Content>({
  name: 'Content',
  target: Content,
  tableName: 'contents',
  columns: { id: { type: 'int', primary: true }, title: { type: String } },
  inheritance: { pattern: 'STI', column: { name: 'kind', type: 'varchar' } },
  discriminatorValue: 'other',
})

export const photo = new EntitySchema<Photo>({
  name: 'Photo',
  target: Photo,
  type: 'entity-child',
  discriminatorValue: 'photo',
  columns: { width: { type: 'int', nullable: true } },
})

export const article = new EntitySchema<Article>({
  name: 'Article',
  target: Article,
  type: 'entity-child',
  discriminatorValue: 'article',
  columns: { words: { type: 'int', nullable: true } },
})
