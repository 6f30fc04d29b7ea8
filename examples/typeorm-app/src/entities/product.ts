import { EntitySchema } from 'typeorm'

export class Category {
  declare id: number
  declare name: string
  declare parent: Category | null
  declare children: Category[]
}

export class Tag {
  declare id: number
  declare label: string
  declare products: Product[]
}

export class Product {
  declare id: number
  declare code: string
  declare price: string
  declare category: Category | null
  declare tags: Tag[]
}

/** A tree with all its ancestors in a table of their own: categories_closure. */
export const category = new EntitySchema<Category>({
  name: 'Category',
  target: Category,
  tableName: 'categories',
  columns: { id: { type: 'int', primary: true }, name: { type: String } },
  relations: {
    parent: {
      type: 'many-to-one',
      target: 'Category',
      treeParent: true,
      inverseSide: 'children',
      joinColumn: { name: 'parent_id' },
      nullable: true,
    },
    children: { type: 'one-to-many', target: 'Category', treeChildren: true, inverseSide: 'parent' },
  },
  trees: [{ type: 'closure-table' }],
})

export const tag = new EntitySchema<Tag>({
  name: 'Tag',
  target: Tag,
  tableName: 'tags',
  columns: { id: { type: 'int', primary: true }, label: { type: String } },
  relations: { products: { type: 'many-to-many', target: 'Product', inverseSide: 'tags' } },
})

export const product = new EntitySchema<Product>({
  name: 'Product',
  target: Product,
  tableName: 'products',
  columns: {
    id: { type: 'int', primary: true },
    code: { type: String, name: 'stock_code' },
    price: { type: 'numeric', precision: 10, scale: 2 },
  },
  relations: {
    category: { type: 'many-to-one', target: 'Category', joinColumn: { name: 'category_id' }, nullable: true },
    tags: {
      type: 'many-to-many',
      target: 'Tag',
      inverseSide: 'products',
      joinTable: {
        name: 'product_tags',
        joinColumn: { name: 'product_id' },
        inverseJoinColumn: { name: 'tag_id' },
      },
    },
  },
})
