import { globSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { blocks } from './blocks.ts'

// `pnpm docs:check`: every ```ts block of the documentation compiles, as a module of its own, against the sources.

const root = path.join(import.meta.dirname, '../..')
const documents = globSync(['README.md', 'packages/*/README.md', 'docs/*.md'], { cwd: root }).sort()

// Blocks stay in memory, beside their document: there a package's README finds what the package depends on.
const modules = new Map<string, string>()
for (const document of documents) {
  for (const { line, code } of blocks(readFileSync(path.join(root, document), 'utf8'), 'ts')) {
    modules.set(path.join(root, `${document}.${line}.ts`), `${code}\nexport {}\n`)
  }
}

/** The root's options, with every package of the repository resolved to its sources. */
function options(): ts.CompilerOptions {
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile)
  const parsed = ts.parseJsonConfigFileContent(config.config, { ...ts.sys, readDirectory: () => [] }, root)
  const paths = readdirSync(path.join(root, 'packages')).flatMap((entry) => {
    const home = path.join(root, 'packages', entry)
    const { name, exports }: { name: string; exports: object } = JSON.parse(
      readFileSync(path.join(home, 'package.json'), 'utf8'),
    )
    const entries = Object.keys(exports).filter((each) => each !== './package.json')
    return entries.map((each) => [path.posix.join(name, each), [path.join(home, 'src', each, 'index.ts')]])
  })
  // An example may name a result that it does not go on to use.
  return { ...parsed.options, paths: Object.fromEntries(paths), noUnusedLocals: false, noUnusedParameters: false }
}

function compile(): readonly ts.Diagnostic[] {
  const compilerOptions = options()
  const host = ts.createCompilerHost(compilerOptions)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (file) => modules.has(path.normalize(file)) || fileExists(file)
  host.readFile = (file) => modules.get(path.normalize(file)) ?? readFile(file)
  host.getSourceFile = (file, languageVersion, ...rest) => {
    const code = modules.get(path.normalize(file))
    return code === undefined
      ? getSourceFile(file, languageVersion, ...rest)
      : ts.createSourceFile(file, code, languageVersion)
  }
  const program = ts.createProgram([...modules.keys()], compilerOptions, host)
  const examples = program.getSourceFiles().filter(({ fileName }) => modules.has(path.normalize(fileName)))
  return [
    ...program.getOptionsDiagnostics(),
    ...examples.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  ]
}

function describe({ file, start, messageText }: ts.Diagnostic): string {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n')
  if (!file || start === undefined) return message
  const { line, character } = file.getLineAndCharacterOfPosition(start)
  const document = path.relative(root, file.fileName).replace(/\.\d+\.ts$/, '')
  return `${document}:${line + 1}:${character + 1} ${message}`
}

const faults = compile()
for (const fault of faults) console.error(describe(fault))
console.log(`${modules.size} code blocks of ${documents.length} documents, ${faults.length} errors`)
// A pattern that no longer finds the documentation must not pass for documentation without errors.
process.exitCode = faults.length > 0 || modules.size === 0 ? 1 : 0
