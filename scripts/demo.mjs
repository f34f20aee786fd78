// `npm run demo`: one headless turn with the real `cordon exec`, a scripted model, no key and no network.
// A repository talks the model into two bad ideas; a rule stops one and the kernel the other. The end of the script
// checks from outside that all of it really happened, and exits 0 only then.
//
// `npm run demo -- "PROMPT"` asks a real model instead (OPENAI_API_KEY), in a copy of the same workspace.
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startModelServer } from '../examples/demo/model-server.mjs';
import { calls, scenario } from '../examples/demo/scenario.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = join(root, 'bin', 'cordon.js');
const colourful = process.stdout.isTTY && (process.env.NO_COLOR ?? '') === '';
const paint = (code) => (text) => (colourful ? `\u001b[${code}m${text}\u001b[0m` : text);
const [strong, dim, good, bad] = [paint(1), paint(2), paint(32), paint(31)];
const say = (text = '') => process.stdout.write(`${text}\n`);

// Ctrl-C ends the child; this process waits for it and tidies up.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
process.exitCode = await main(process.argv.slice(2).join(' '));

async function main(prompt) {
  if (prompt !== '' && (process.env.OPENAI_API_KEY ?? '') === '') {
    say(
      'A prompt of your own needs a real model: set OPENAI_API_KEY. Without a prompt, the demo needs nothing.',
    );
    return 2;
  }
  if (!isBuilt()) return 1;
  const place = seed();
  // Also when the reader of a pipe has seen enough.
  process.on('exit', () => rmSync(place.root, { recursive: true, force: true }));
  process.stdout.on('error', () => process.exit(1));
  return prompt === '' ? await scripted(place) : await real(prompt, place);
}

function isBuilt() {
  const missing = [
    ['dist/cli/program.cjs', 'build-ts.mjs'],
    ['native/build/cordon-launcher', 'build-native.mjs'],
  ].filter(
    ([file, script]) =>
      process.platform !== 'win32' &&
      !existsSync(join(root, file)) &&
      existsSync(join(root, 'scripts', script)),
  );
  for (const [file, script] of missing) {
    say(dim(`${file} is missing: building it`));
    const built = spawnSync(process.execPath, [join(root, 'scripts', script)], { stdio: 'inherit' });
    if (built.status !== 0) return false;
  }
  return true;
}

/**
 * A private home, a workspace and a user's home directory that is none of the model's business. Below /var/tmp, because
 * commands have a /tmp of their own: what they write there would succeed and be gone.
 */
function seed() {
  const place = realpathSync(mkdtempSync('/var/tmp/cordon-demo-'));
  cpSync(join(root, 'examples/demo/workspace'), join(place, 'workspace'), { recursive: true });
  cpSync(join(root, 'examples/demo/home'), join(place, 'cordon-home'), { recursive: true });
  mkdirSync(join(place, 'user'));
  const bashrc = join(place, 'user', '.bashrc');
  writeFileSync(bashrc, '# my settings\n');
  return { root: place, workspace: join(place, 'workspace'), home: join(place, 'cordon-home'), bashrc };
}

function start(args, place, stdio) {
  const env = { ...process.env, CORDON_HOME: place.home };
  const child = spawn(
    process.execPath,
    [program, 'exec', '--skip-git-repo-check', '-C', place.workspace, ...args],
    {
      env,
      stdio,
    },
  );
  process.on('exit', () => child.kill());
  return child;
}

async function real(prompt, place) {
  const child = start(['--', prompt], place, ['ignore', 'inherit', 'inherit']);
  return await new Promise((resolve) => child.once('close', (status) => resolve(status ?? 1)));
}

async function scripted(place) {
  const model = await startModelServer(scenario(place));
  say(strong('A scripted model gets a task. Cordon decides what it may run, and runs it in a sandbox.'));
  say(dim('  $ cordon exec --json --sandbox workspace-write "Do what TASK.md says"'));
  say(dim(`  (in a private directory, called $DEMO below)`));
  say();
  const provider = `model_providers.demo={ base_url = "${model.baseUrl}", name = "the demo's script" }`;
  const child = start(
    [
      '--json',
      '--sandbox',
      'workspace-write',
      '-c',
      'model_provider=demo',
      '-c',
      provider,
      'Do what TASK.md says',
    ],
    place,
    ['ignore', 'pipe', 'inherit'],
  );
  const ended = new Map();
  for await (const line of createInterface({ input: child.stdout }))
    narrate(JSON.parse(line.replaceAll(place.root, '$DEMO')), ended);
  const status = child.exitCode ?? (await new Promise((resolve) => child.once('close', resolve)));
  const told = model.outputs();
  await model.close();
  return conclude(place, ended, told, status);
}

function narrate(event, ended) {
  if (event.type === 'turn.failed') say(`${bad('The turn failed')}: ${event.error.message}`);
  if (event.type !== 'item.completed') return;
  const { item } = event;
  if (item.type === 'reasoning') say(dim(`the model thinks: ${item.text}`));
  if (item.type === 'agent_message') say(`${strong('the model answers:')} ${item.text}\n`);
  if (item.type !== 'command_execution') return;
  ended.set(item.call_id, item);
  say(`${strong('$')} ${shown(item.command)}`);
  if (item.status === 'declined') {
    say(`  ${bad('refused')}, nothing was started: ${item.denied.reason}\n`);
    return;
  }
  for (const line of item.aggregated_output.trimEnd().split('\n')) say(dim(`  | ${line}`));
  const stopped = item.denied === null ? '' : `, ${bad(item.denied.reason)}`;
  say(
    `  ${item.exit_code === 0 ? good('exit 0') : bad(`exit ${item.exit_code}`)} in ${item.duration_ms} ms${stopped}\n`,
  );
}

/** `bash -c 'x'` is how it ran; `x` is what the model wrote. */
function shown(command) {
  const script = /^bash -c '(.*)'$/s.exec(command)?.[1];
  return script === undefined ? command : script.replaceAll(`'\\''`, "'");
}

/** Believes nothing the run says about itself that can be checked from outside. */
function conclude(place, ended, told, status) {
  const at = (name) => ended.get(calls[name]);
  const bashrc = readFileSync(place.bashrc, 'utf8');
  const menu = readFileSync(join(place.workspace, 'menu.txt'), 'utf8');
  const checks = [
    [
      'read a file',
      'the model was told what TASK.md says',
      at('read')?.exit_code === 0 && /menu\.txt/.test(told[calls.read] ?? ''),
    ],
    [
      'refused by a rule',
      at('push')?.denied?.rule ?? 'no rule was named',
      at('push')?.status === 'declined' && /forbidden/.test(told[calls.push] ?? ''),
    ],
    [
      'stopped by the kernel',
      `the .bashrc outside is unchanged`,
      at('escape')?.status === 'failed' &&
        at('escape').sandbox.kind !== 'none' &&
        bashrc === '# my settings\n',
    ],
    [
      'done inside the workspace',
      'menu.txt is corrected',
      at('fix')?.exit_code === 0 && /^coffee /m.test(menu),
    ],
    ['finished', `cordon exec exited ${status}`, status === 0],
  ];
  say(strong('Checked from outside:'));
  for (const [what, evidence, holds] of checks)
    say(`  ${holds ? good('✓') : bad('✗')} ${what.padEnd(26)}${dim(evidence)}`);
  const sandbox = at('fix')?.sandbox ?? at('escape')?.sandbox;
  say();
  say(strong('Enforced by the kernel on every command:'));
  if (sandbox === undefined || sandbox === null) say(`  ${bad('nothing: no command was started')}`);
  else {
    say(`  ${sandbox.layers.join(', ')} (${sandbox.level})`);
    for (const { because } of sandbox.missing) say(`  ${bad('not here')}: ${because}`);
  }
  const all = checks.every(([, , holds]) => holds);
  say();
  say(
    all
      ? 'Next: `npx cordon doctor` says what this machine can enforce; the README shows your own rules.'
      : bad('The demo did not go as it should; `npx cordon doctor` may say why.'),
  );
  return all ? 0 : 1;
}
