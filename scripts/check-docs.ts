// The documentation's own tests: links lead somewhere, named scripts exist, the README's library example is the file
// that runs in CI, every error code is explained, every row of the threat model points at a test that exists, every
// public name says what it means, and nothing names a machine it was written on. Run by `npm run docs`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';

export interface Page {
  readonly path: string;
  readonly text: string;
}

type Exists = (path: string) => boolean;

/** Relative links and images whose target is missing. */
export function brokenLinks(page: Page, exists: Exists): string[] {
  const prose = page.text.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets
    .filter((target) => !/^[a-z]+:/.test(target) && !target.startsWith('#'))
    .map((target) => target.replace(/#.*$/, ''))
    .filter((target) => !exists(join(dirname(page.path), target)))
    .map((target) => `${page.path}: the link to ${target} leads nowhere`);
}

/** `npm run X` for an X that package.json does not have. */
export function unknownScripts(page: Page, scripts: readonly string[]): string[] {
  return [...page.text.matchAll(/npm run ([a-z][\w:-]*)/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => !scripts.includes(name))
    .map((name) => `${page.path}: package.json has no script "${name}"`);
}

/** Test files a threat model row names that do not exist, and rows that name none. */
export function untestedThreats(page: Page, exists: Exists): string[] {
  const rows = page.text.split('\n').filter((line) => /^\| T\d+ /.test(line));
  return rows.flatMap((row) => {
    const id = /T\d+/.exec(row)?.[0] ?? '';
    const tests = [...row.matchAll(/`([\w./-]+\.test\.ts)`/g)].map((match) => match[1] ?? '');
    if (tests.length === 0) return [`${page.path}: ${id} names no test`];
    return tests
      .filter((test) => !exists(test))
      .map((test) => `${page.path}: ${id} names ${test}, which does not exist`);
  });
}

/** Error codes without a heading in docs/errors.md. */
export function unexplainedCodes(source: string, page: Page): string[] {
  const codes = new Set([...source.matchAll(/'(E_[A-Z_]+)'/g)].map((match) => match[1] ?? ''));
  return [...codes]
    .filter((code) => !page.text.includes(`## ${code}`))
    .map((code) => `${page.path}: ${code} has no section`);
}

/** The first TypeScript block of the README, when it differs from the example file it shows. */
export function staleExample(readme: Page, example: Page): string[] {
  const shown = /```ts\n([\s\S]*?)```/.exec(readme.text)?.[1]?.trim();
  const real = example.text.replace(/^\/\/.*\n/gm, '').trim();
  return shown === real ? [] : [`${readme.path}: the library example differs from ${example.path}`];
}

/** Absolute paths of somebody's machine. */
export function machinePaths(page: Page): string[] {
  const found =
    /(?:^|[\s"'`(=])(\/(?:farm|root\/[a-z.]|home\/(?!user\b|me\b|alice\b|you\b)[a-z]+)[^\s"'`)]*)/m.exec(
      page.text,
    );
  return found === null ? [] : [`${page.path}: names a path of one machine: ${found[1] ?? ''}`];
}

/** Names exported from the public entry whose declaration has no docstring. Type aliases of one line may go without. */
export function undocumentedExports(entry: string): string[] {
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const symbol = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (symbol === undefined) return [`${entry}: exports nothing`];
  return checker.getExportsOfModule(symbol).flatMap((exported) => {
    const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
    const target = isAlias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = target.declarations?.[0];
    if (declaration === undefined || isPlain(declaration)) return [];
    if (ts.displayPartsToString(target.getDocumentationComment(checker)).trim() !== '') return [];
    return [
      `${relative(dirname(entry), declaration.getSourceFile().fileName)}: ${exported.name} has no docstring`,
    ];
  });
}

function isPlain(declaration: ts.Declaration): boolean {
  return ts.isTypeAliasDeclaration(declaration) || ts.isInterfaceDeclaration(declaration);
}

function main(): void {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  const exists: Exists = (path) => existsSync(join(root, path));
  const read = (path: string): Page => ({
    path,
    text: exists(path) ? readFileSync(join(root, path), 'utf8') : '',
  });
  const top = [
    'README.md',
    'ARCHITECTURE.md',
    'THREAT_MODEL.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
  ];
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path));
  const pages = [...top, ...inDocs].map(read);
  const scripts = Object.keys((JSON.parse(read('package.json').text) as { scripts: object }).scripts);
  const problems = [
    ...pages.filter((page) => page.text === '').map((page) => `${page.path}: is missing or empty`),
    ...pages.flatMap((page) => [
      ...brokenLinks(page, exists),
      ...unknownScripts(page, scripts),
      ...machinePaths(page),
    ]),
    ...untestedThreats(read('THREAT_MODEL.md'), exists),
    ...unexplainedCodes(read('src/domain/runtime-error.ts').text, read('docs/errors.md')),
    ...staleExample(read('README.md'), read('examples/run-one-command.ts')),
    ...undocumentedExports(join(root, 'src/index.ts')),
  ];
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(`docs: ${pages.length} pages, ${problems.length} problems\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) main();
