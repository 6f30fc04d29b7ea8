import { Mark } from './marks/mark.ts'
import type { Mentions } from './marks/mentions.ts'
import { childTypes } from './parser/child-types.ts'
import { isNode, type Tree, type TreeNode } from './parser/tree.ts'
import type { NameKind, RenameNote, RenamePlan } from './plan.ts'

/** What a statement defines or alters: names that stand alone in it may be its own. */
export interface OwnObject {
  readonly kind: NameKind
  readonly schema: string
  readonly name: string
}

/** What is to be done about a node of one type; `slot` is where it stands: `Type.field` of its parent. */
export type NodeRule = (node: TreeNode, walk: Walk, slot: string) => void
/** What is to be done about what stands in one field of one type. */
export type SlotRule = (value: Tree, node: TreeNode, walk: Walk) => void

export interface Rules {
  readonly nodes: ReadonlyMap<string, NodeRule>
  readonly slots: ReadonlyMap<string, SlotRule>
  /** Where strings name what is never renamed: columns, roles, options. */
  readonly kept: ReadonlySet<string>
}

/** Everything that is the same for all statements of one plan. */
export interface WalkContext {
  readonly plan: RenamePlan
  readonly rules: Rules
  readonly mentions: Mentions
  /** Renames within a text that is SQL in itself. */
  readonly rename: (sql: string) => string
}

/** Goes through the tree of a statement and decides every mark in it. A mark in a place that no rule knows is an error. */
export class Walk {
  readonly context: WalkContext
  readonly plan: RenamePlan
  readonly notes: RenameNote[] = []
  /** Changes to the tree that follow from decisions, for the proof: made once everything is decided. */
  readonly corrections: (() => void)[] = []
  own: OwnObject | undefined = undefined
  #scopes: ReadonlySet<string>[] = []

  constructor(context: WalkContext) {
    this.context = context
    this.plan = context.plan
  }

  /** A node of a known type. */
  visit(type: string, node: TreeNode, slot: string): void {
    const rule = this.context.rules.nodes.get(type)
    if (rule) rule(node, this, slot)
    else this.visitFields(type, node)
  }

  visitFields(type: string, node: TreeNode): void {
    for (const [field, value] of Object.entries(node)) {
      if (typeof value === 'object' && value !== null) this.#visitField(`${type}.${field}`, value, node)
    }
  }

  /** A node that tells its type, or a list of such. */
  visitWrapped(tree: Tree | undefined, slot: string): void {
    if (Array.isArray(tree)) for (const item of tree) this.visitWrapped(item, slot)
    if (!isNode(tree)) return
    for (const [type, node] of Object.entries(tree)) {
      if (!isNode(node)) continue
      if (type === 'List') this.visitWrapped(node.items, slot)
      else if (type === 'String') this.#visitString(slot, node.sval)
      else this.visit(type, node, slot)
    }
  }

  #visitField(slot: string, value: Tree, node: TreeNode): void {
    const rule = this.context.rules.slots.get(slot)
    const childType = childTypes[slot]
    if (rule) rule(value, node, this)
    else if (value instanceof Mark) this.#visitString(slot, value)
    else if (childType !== undefined && isNode(value)) this.visit(childType, value, slot)
    else this.visitWrapped(value, slot)
  }

  #visitString(slot: string, value: Tree | undefined): void {
    if (!(value instanceof Mark)) return
    if (!this.context.rules.kept.has(slot)) throw value.error(`stands where nothing is known about it (${slot})`)
    value.keep()
  }

  /** Nothing in there is ever renamed. */
  keep(tree: Tree | undefined): void {
    if (tree instanceof Mark) tree.keep()
    else this.#each(tree, (child) => this.keep(child))
  }

  /** The same for what is not decided yet. */
  keepRest(tree: Tree | undefined): void {
    if (!(tree instanceof Mark)) this.#each(tree, (child) => this.keepRest(child))
    else if (tree.outcome === undefined) tree.keep()
  }

  #each(tree: Tree | undefined, run: (child: Tree | undefined) => void): void {
    if (Array.isArray(tree)) tree.forEach(run)
    else if (isNode(tree)) Object.values(tree).forEach(run)
  }

  note(level: RenameNote['level'], mark: Mark): void {
    if (this.context.mentions.isIn(mark.value)) this.notes.push({ level, what: mark.value })
  }

  /** Runs with names that hide others of their kind while it runs. */
  within(names: ReadonlySet<string>, run: () => void): void {
    this.#scopes.push(names)
    run()
    this.#scopes.pop()
  }

  isInScope(name: string): boolean {
    return this.#scopes.some((scope) => scope.has(name))
  }

  /** The names of the innermost query that has this one among them. */
  scopeOf(name: string): ReadonlySet<string> | undefined {
    return this.#scopes.findLast((scope) => scope.has(name))
  }

  withOwn(own: OwnObject | undefined, run: () => void): void {
    const outer = this.own
    this.own = own
    run()
    this.own = outer
  }
}
