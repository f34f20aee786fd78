// The declarations of what the package exports, file by file and without a check of types (`npm run typecheck` makes
// that): every exported name spells its type out (`isolatedDeclarations`), so that no file needs another one.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Writes a `.d.ts` below `outdir` for each of `entries` (paths below `root`) and for what their declarations name.
 * Whether it worked; what did not is printed with its place.
 */
export async function writeDeclarations({ root, entries, outdir }) {
  const { default: ts } = await import('typescript');
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const compilerOptions = { ...options, noEmit: false, incremental: false, tsBuildInfoFile: undefined };
  const seen = new Set(entries.map((entry) => join(root, entry)));
  const problems = [];
  for (const path of seen) {
    const text = await readFile(path, 'utf8');
    const { outputText, diagnostics = [] } = ts.transpileDeclaration(text, {
      fileName: path,
      compilerOptions,
      reportDiagnostics: true,
    });
    problems.push(...diagnostics);
    const target = join(outdir, relative(join(root, 'src'), path).replace(/\.ts$/, '.d.ts'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
    for (const { fileName } of ts.preProcessFile(outputText, true, false).importedFiles)
      if (fileName.startsWith('.')) seen.add(resolve(dirname(path), fileName));
  }
  if (problems.length === 0) return true;
  console.error(
    ts.formatDiagnostics(problems, {
      ...ts.sys,
      getCanonicalFileName: (name) => name,
      getNewLine: () => '\n',
    }),
  );
  return false;
}
