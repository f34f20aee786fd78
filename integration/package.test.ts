// The package as it is published: packed, unpacked where nothing of the repository is near, and used.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const place = realpathSync(mkdtempSync('/var/tmp/cordon-package-'));
const installed = join(place, 'package');
const cordon = join(installed, 'bin/cordon.js');
const packed: string[] = [];
afterAll(() => rmSync(place, { recursive: true, force: true }));

function run(program: string, args: readonly string[], cwd: string = place): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: place },
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Prints the path of every file that was required. */
const listing = `process.on('exit', () => {
  const own = Object.keys(require.cache).filter((path) => path !== __filename);
  require('node:fs').writeSync(2, JSON.stringify(own));
});`;

beforeAll(() => {
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', place], root);
  const [archive = ''] = readdirSync(place).filter((name) => name.endsWith('.tgz'));
  run('tar', ['-xzf', join(place, archive), '-C', place]);
  packed.push(...readdirSync(installed, { recursive: true, encoding: 'utf8' }));
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'));
  // As if it was compiled here, which takes its time.
  cpSync(join(root, 'native/build'), join(installed, 'native/build'), { recursive: true });
  writeFileSync(join(place, 'one.rules'), 'prefix_rule(pattern = ["git", "status"])\n');
});

describe('the published package', () => {
  it('knows its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(run(process.execPath, [cordon, '--version'])).toBe(`cordon ${version}\n`);
  });

  it('finds its own directory from wherever the code ended up', () => {
    const { findings } = JSON.parse(run(process.execPath, [cordon, 'doctor', '--json'])) as {
      findings: readonly { subject: string; found: string }[];
    };
    const launcher = findings.find(({ subject }) => subject === 'launcher');
    expect(launcher?.found.startsWith(`${installed}/`)).toBe(true);
  });

  it('is imported by its name', () => {
    // None of the adapters needs the framework that it is for.
    const adapters = ['acp', 'ai-sdk', 'claude-agent', 'langchain', 'openai-agents']
      .map((name) => `import ${JSON.stringify(join(installed, `dist/adapters/${name}.js`))};`)
      .join('');
    const code = `${adapters} import { createShellRuntime } from ${JSON.stringify(join(installed, 'dist/index.js'))};
      process.stdout.write(typeof createShellRuntime);`;
    expect(run(process.execPath, ['--input-type=module', '-e', code])).toBe('function');
  });

  it('type-checks under strict NodeNext in a fresh project, and runs what the README shows', () => {
    const project = join(place, 'project');
    const readme = readFileSync(join(installed, 'README.md'), 'utf8');
    const example = /```ts\n(import \{ createShellRuntime[^`]*)```/u.exec(readme)?.[1] ?? '';
    mkdirSync(join(project, 'node_modules', '@types'), { recursive: true });
    symlinkSync(installed, join(project, 'node_modules', 'cordon'));
    for (const name of ['@types/node', 'undici-types'])
      symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    const unstable = "import { parseScript } from 'cordon/unstable';\nparseScript('ls');\n";
    writeFileSync(join(project, 'main.ts'), `${example}${unstable}`);
    const options = { strict: true, exactOptionalPropertyTypes: true, module: 'NodeNext', target: 'ES2023' };
    const compilerOptions = { ...options, types: ['node'], lib: ['ES2023', 'ESNext.Disposable'] };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project]);
    const said = run(process.execPath, [join(project, 'main.js')], project);
    expect(said).toMatch(/^(?:hello\n 0|Not run: .* 125)\n$/u);
  });

  it('carries no program of the machine it was packed on', () => {
    expect(packed.filter((file) => file.startsWith('native/build'))).toEqual([]);
    expect(packed).toContain('native/run/main.c');
  });

  it('has every page that its README leads to', () => {
    const readme = readFileSync(join(installed, 'README.md'), 'utf8');
    const links = [...readme.matchAll(/\]\(([^)\s#]+)[^)]*\)/gu)].map(([, link = '']) => link);
    expect(
      links.filter((link) => !/^[a-z]+:/u.test(link) && !packed.includes(link.replace(/\/$/u, ''))),
    ).toEqual([]);
  });

  it('tells an older Node in one sentence', () => {
    const older = join(place, 'older.cjs');
    const versions = "{ ...process.versions, node: '18.20.4' }";
    writeFileSync(older, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
    for (const args of [['--version'], ['policy', 'check', '--', 'ls']]) {
      const ended = spawnSync(process.execPath, ['--require', older, cordon, ...args], { encoding: 'utf8' });
      expect([ended.status, ended.stderr, ended.stdout]).toEqual([
        70,
        'cordon: needs Node 20.19 or newer, and this is 18.20.4\n',
        '',
      ]);
    }
  });

  it('declares types for what it exports, and ships no source and no test', () => {
    expect(packed).toContain('dist/index.d.ts');
    expect(packed.filter((file) => /\.test\.|^src\/|^integration/.test(file))).toEqual([]);
  });

  it('is compiled once where it is installed, and what V8 made counts for nothing else', () => {
    const code = join(installed, 'dist/cli/program.cjs');
    const cache = join(installed, 'dist/cli/program.cache');
    const taken = `const { compile, programOf, readCache, readProgram } = require(${JSON.stringify(join(installed, 'bin/load-program.js'))});
      const told = ['exec', 'serve'].map((word) => {
        const file = programOf(word), source = readProgram(file), compiled = readCache(file, source);
        return compiled === undefined ? 'none' : compile(file, source, compiled).cachedDataRejected ? 'rejected' : 'taken';
      });
      process.stdout.write(told.join(' '));`;
    const now = (): string[] => [
      run(process.execPath, ['-e', taken]),
      run(process.execPath, [cordon, 'parse', '--help']).split(' ', 2).join(' '),
    ];
    expect(packed.filter((file) => file.endsWith('.cache'))).toEqual([]);
    expect(now()).toEqual(['none none', 'Usage: cordon']);
    run(process.execPath, [join(installed, 'scripts/write-code-cache.mjs')]);
    expect(now()).toEqual(['taken taken', 'Usage: cordon']);
    const whole = readFileSync(cache);
    const damaged = Buffer.from(whole);
    for (let at = 2000; at < damaged.length; at += 997) damaged[at] = (damaged[at] ?? 0) ^ 0x55;
    for (const other of [damaged, whole.subarray(0, whole.length / 2), Buffer.alloc(0), Buffer.from('\n')]) {
      writeFileSync(cache, other);
      expect(now()).toEqual(['none taken', 'Usage: cordon']);
    }
    writeFileSync(cache, whole);
    const text = readFileSync(code, 'utf8');
    writeFileSync(code, text.replaceAll('Usage: ${', 'Magic: ${'));
    expect(now()).toEqual(['none taken', 'Magic: cordon']);
    writeFileSync(code, text);
    expect(now()).toEqual(['taken taken', 'Usage: cordon']);
  });

  it('answers `policy check` from two files, and loads no dependency', () => {
    writeFileSync(join(place, 'listing.cjs'), listing);
    const { stderr, stdout } = spawnSync(
      process.execPath,
      [
        ...['--require', join(place, 'listing.cjs'), cordon],
        ...['policy', 'check', '--rules', join(place, 'one.rules'), '--', 'git', 'status'],
      ],
      { cwd: place, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: place } },
    );
    expect(stdout).toContain('"decision":"allow"');
    expect(JSON.parse(stderr)).toEqual([cordon, join(installed, 'dist/cli/quick-check.cjs')]);
  });

  const rules: readonly { readonly says: string; readonly text: string; readonly status: number }[] = [
    { says: 'a file that has to be interpreted', text: 'x = ["git"]\nprefix_rule(pattern = x)\n', status: 0 },
    { says: 'a file with a mistake', text: 'prefix_rule(pattern = [])\n', status: 1 },
  ];
  it.each(rules)('leaves $says to the whole program', ({ text, status }) => {
    writeFileSync(join(place, 'other.rules'), text);
    const args = [cordon, 'policy', 'check', '--rules', join(place, 'other.rules'), 'git'];
    const ended = spawnSync(process.execPath, args, { cwd: place, encoding: 'utf8' });
    expect(ended.status).toBe(status);
    expect(status === 0 ? ended.stdout : ended.stderr).toMatch(
      status === 0 ? /"decision":"allow"/ : /other\.rules:1:1: Invalid pattern/,
    );
  });
});
