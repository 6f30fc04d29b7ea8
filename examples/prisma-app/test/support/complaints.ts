import path from 'node:path'
import ts from 'typescript'

// What an application's editor says: each source is compiled as a file of its own, beside the example's sources.

const root = path.join(import.meta.dirname, '../../../..')
const file = path.join(import.meta.dirname, '../../src/checked.ts')

/** What the compiler says of each of these sources: with the packages as they are, or as they are built and published. */
export function complaints(sources: readonly string[], isBuilt = false): string[][] {
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, { ...ts.sys, readDirectory: () => [] }, root)
  const files = new Map(sources.map((source, index) => [file.replace('.ts', `.${index}.ts`), `${source}\nexport {}\n`]))
  const compilerOptions = { ...options, noUnusedLocals: false, ...(isBuilt && { paths: {} }) }
  const host = ts.createCompilerHost(compilerOptions)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, version, ...rest) => {
    const source = files.get(name)
    return source === undefined ? getSourceFile(name, version, ...rest) : ts.createSourceFile(name, source, version)
  }
  const program = ts.createProgram([...files.keys()], compilerOptions, host)
  return [...files.keys()].map((name) => {
    const source = program.getSourceFile(name)
    return program
      .getSemanticDiagnostics(source)
      .concat(program.getSyntacticDiagnostics(source))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  })
}
