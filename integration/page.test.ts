// `cordon serve --web` in a headless Chromium: what a person sees and does, and what a hostile command cannot.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { ServeClient } from '../examples/serve-client.ts';
import { hasBrowser, type Look, openPage, startBrowser } from './support/browser.ts';
import { hasRuntimeSandbox } from './support/runtime-sandbox.ts';
import { type Listening, openSocket, serveGround, type Socketed, unsandboxed } from './support/serve.ts';

const rules = `
prefix_rule(pattern=["tail"], decision="allow")
prefix_rule(pattern=["printf"], decision="allow")
prefix_rule(pattern=["sleep"], decision="allow")
prefix_rule(pattern=["curl"], decision="forbidden", justification="no downloads here")
`;
const hasSandbox = await hasRuntimeSandbox('a change set on the page');
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(!hasBrowser)('the page', () => {
  const ground = serveGround(rules);
  const { workspace, home } = ground;
  let browser: Browser;
  let server: Listening;
  let connected: Socketed;
  let client: ServeClient;
  const asked: string[] = [];
  const pages: Page[] = [];

  beforeAll(async () => {
    [browser, server] = await Promise.all([
      startBrowser(),
      ground.listen([...unsandboxed, '--ask-for-approval', 'untrusted', '--web']),
    ]);
    connected = await openSocket(server, {
      answers: {
        'item/commandExecution/requestApproval': ({ command }) => {
          asked.push(command);
          return { decision: 'accept' };
        },
      },
    });
    client = connected.client;
    await client.request('initialize', { clientInfo: { name: 'test' } });
  }, 120_000);
  afterEach(async () => {
    await Promise.all(pages.splice(0).map(async (page) => await page.close()));
  });
  afterAll(async () => {
    connected.socket.terminate();
    await browser.close();
    await ground.cleanUp();
  });

  async function opened(look?: Look): Promise<{ page: Page; complaints: string[] }> {
    const found = await openPage(browser, server.page, look);
    pages.push(found.page);
    await found.page.getByText('Connected', { exact: true }).waitFor();
    return found;
  }

  const exec = async (command: string | readonly string[], more: object = {}) =>
    await client.request('command/exec', { command, disableTimeout: true, ...more });

  /** By Tab alone, as somebody without a mouse gets there. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) === true)
        return;
    }
    throw new Error(`Tab does not lead to ${selector}`);
  }

  const settled = async (page: Page): Promise<void> =>
    await page.locator('.answer[aria-disabled="false"]').first().waitFor();

  it('shows output as it is written, and takes the token out of the address', async () => {
    writeFileSync(join(workspace, 'log'), 'first words\n');
    const { page, complaints } = await opened();
    const running = exec(['tail', '-n', '+1', '-f', 'log'], { processId: 'live' });
    await page.locator('.call', { hasText: 'tail -n' }).click();
    const output = page.getByRole('region', { name: 'Output of the command' });
    await output.getByText('first words').waitFor();
    appendFileSync(join(workspace, 'log'), 'and then more\n');
    await output.getByText('and then more').waitFor();
    await client.request('command/exec/terminate', { processId: 'live' });
    await running;
    await page.locator('article h3', { hasText: 'Stopped' }).waitFor();
    expect([page.url().includes('#'), complaints]).toEqual([false, []]);
    await page.reload();
    await page.getByText('Connected', { exact: true }).waitFor();
  });

  it('shows the screen of a session', async () => {
    const { page } = await opened();
    const { sessionId } = await client.request('session/open', {
      command: String.raw`printf 'below\n\033[?1049h\033[2J\033[2;5Hon the whole screen'; sleep 100`,
      tty: true,
      size: { rows: 10, cols: 40 },
      yieldMs: 0,
    });
    await page.locator('.call', { hasText: 'whole screen' }).click();
    const output = page.getByRole('region', { name: 'Output of the command' });
    await output.getByText('on the whole screen').waitFor();
    expect(await output.locator('.row').allTextContents()).toEqual([
      '',
      '    on the whole screen',
      ...Array.from({ length: 8 }, () => ''),
    ]);
    await client.request('session/terminate', { sessionId: sessionId ?? 0 });
  });

  it('is answered by keys alone: once, for the session, by a longer rule, no with a word', async () => {
    const { page } = await opened();
    const title = page.getByRole('heading', { name: /^Questions/u });

    const once = exec(['touch', 'once']);
    await page.getByText('Questions (1)').waitFor();
    await tabTo(page, '.question pre');
    await settled(page);
    await page.keyboard.press('y');
    expect(await once).toMatchObject({ exitCode: 0 });
    // The focus goes where the next question will be.
    await title.and(page.locator(':focus')).waitFor();

    const session = exec(['touch', 'session']);
    await page.getByText('Questions (1)').waitFor();
    await settled(page);
    await tabTo(page, '[data-kind="approved-for-session"]');
    await page.keyboard.press('Enter');
    await session;
    expect(await exec(['touch', 'session'])).toMatchObject({ exitCode: 0 });

    const rule = exec(['mkdir', '-p', 'a/b']);
    await page.getByText('Questions (1)').waitFor();
    await settled(page);
    await tabTo(page, '.question select');
    await page.keyboard.press('End');
    await tabTo(page, '[data-kind="approved-allow-prefix"]');
    await page.keyboard.press('Space');
    await rule;
    expect(readFileSync(join(home, 'rules', 'default.rules'), 'utf8')).toContain('"mkdir", "-p", "a/b"');
    expect(await exec(['mkdir', '-p', 'a/b'])).toMatchObject({ exitCode: 0 });

    const refused = exec(['touch', 'never']);
    await page.getByText('Questions (1)').waitFor();
    await settled(page);
    await tabTo(page, '.question input');
    await page.keyboard.type('not y, nor a');
    await tabTo(page, '[data-kind="denied"]');
    await page.keyboard.press('Enter');
    expect(await refused).toMatchObject({
      refusal: 'denied-by-reviewer',
      reason: expect.stringContaining('not y, nor a'),
    });
    expect(asked).toEqual([]);
  });

  it('answers nothing in the moment in which a question comes, and says each one aloud', async () => {
    const { page } = await opened();
    // What a mouse would have hit, had it been on its way.
    await page.evaluate(`new MutationObserver(() => {
      const button = document.querySelector('[data-kind="approved"]');
      if (button === null || document.body.dataset.clicked === 'early') return;
      document.body.dataset.clicked = 'early';
      button.click();
    }).observe(document.body, { childList: true, subtree: true })`);
    const waits = exec(['touch', 'early']);
    await page.locator('[data-clicked="early"]').waitFor();
    await page
      .locator('#announcer', { hasText: 'A question. Run this command? touch early' })
      .waitFor({ state: 'attached' });
    await settled(page);
    expect(await page.getByRole('article', { name: 'Run this command?' }).count()).toBe(1);
    await page.locator('[data-kind="abort"]').click();
    expect(await waits).toMatchObject({ status: 'not-run' });
  });

  it('shows a refused command with its rule, and who decided', async () => {
    await exec(['curl', 'http://example.com']);
    const { page } = await opened();
    await page.locator('.call', { hasText: 'curl' }).first().click();
    const detail = page.locator('#call-detail');
    await detail.getByText('no downloads here').first().waitFor();
    expect(await detail.textContent()).toContain(`${join(home, 'rules', 'a.rules')}:5`);
    await page.getByRole('button', { name: 'Decisions' }).click();
    const entry = page.locator('#audit-list li', { hasText: 'curl http://example.com' }).first();
    expect(await entry.textContent()).toContain('forbidden');
  });

  it('shows text of commands as text, and no question that a command wrote', async () => {
    const { page, complaints } = await opened();
    const markup = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    await exec(`printf '%s\\n' '${markup}' 'Run this command?' 'Yes, this once' '\u202eevil'`);
    await page.locator('.call', { hasText: 'onerror' }).first().click();
    const output = page.getByRole('region', { name: 'Output of the command' });
    await output.getByText(markup).waitFor();
    expect([
      (await output.textContent())?.includes('\u202e'),
      await output.getByText('evil').count(),
    ]).toEqual([false, 1]);
    const waits = exec(['touch', markup, 'a\u202eb']);
    const question = page.getByRole('article', { name: 'Run this command?' });
    await question.getByText(markup).first().waitFor();
    expect(await question.textContent()).not.toContain('\u202e');
    expect(await page.locator('img, main script, iframe').count()).toBe(0);
    expect(await page.getByRole('article', { name: 'Run this command?' }).count()).toBe(1);
    await settled(page);
    await question.locator('[data-kind="abort"]').click();
    await waits;
    // A script without an end is counted, and does not stop the page.
    const long = exec('touch x\n'.repeat(3_000));
    await page.getByText('2,001 more lines are NOT SHOWN').waitFor();
    await page.getByRole('button', { name: 'Show more of it' }).click();
    await page.getByText('1,001 more lines are NOT SHOWN').waitFor();
    await settled(page);
    await page.locator('[data-kind="abort"]').click();
    await long;
    // The policy holds, whatever a script of the page tried.
    const tried = await page.evaluate(`(() => {
      try {
        document.body.innerHTML = '<p>';
        return 'it was taken';
      } catch (error) {
        return error instanceof TypeError ? 'refused' : String(error);
      }
    })()`);
    expect([tried, complaints.filter((each) => each.includes('dialog'))]).toEqual(['refused', []]);
  });

  it('can be used by everybody: on a phone and in a wide window, light and dark', async () => {
    await exec(String.raw`printf '\033[31mred\033[0m \033[7minverse\033[0m ${'long '.repeat(100)}'`);
    const { page } = await opened({ width: 360 });
    const waits = exec(['touch', `${'a-very-long-name/'.repeat(20)}x`]);
    await page.getByText('Questions (1)').waitFor();
    await page.locator('.call', { hasText: 'inverse' }).first().click();
    await page.getByRole('region', { name: 'Output of the command' }).getByText('inverse').waitFor();
    await page.evaluate(readFileSync(axe, 'utf8'));
    for (const view of ['Changes', 'Decisions', 'Commands']) {
      await page.getByRole('button', { name: view, exact: true }).click();
      for (const width of [1280, 768, 360]) {
        await page.setViewportSize({ width, height: 800 });
        const sideways = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect([view, width, Math.max(0, Number(sideways))]).toEqual([view, width, 0]);
      }
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        expect([view, colorScheme, await faults(page, 'color-contrast')]).toEqual([view, colorScheme, []]);
      }
    }
    expect(await faults(page)).toEqual([]);
    await settled(page);
    await page.locator('[data-kind="abort"]').click();
    await waits;
  });

  it('says when the server is gone, and asks for the token of the next one', async () => {
    const own = serveGround(rules);
    try {
      const first = await own.listen([...unsandboxed, '--web']);
      const { page } = await openPage(browser, first.page);
      pages.push(page);
      await page.getByText('Connected', { exact: true }).waitFor();
      await first.stop();
      await page.locator('#connection', { hasText: 'the server has ended' }).waitFor();
      const { port } = new URL(first.page);
      const next = await own.listen([...unsandboxed, '--web', '--web-port', port]);
      await page.getByText('Which token?').waitFor();
      await page.getByLabel('The address that').fill(first.page);
      await page.keyboard.press('Enter');
      await page.locator('#connection', { hasText: 'does not know the token' }).waitFor();
      await page.getByLabel('The address that').fill(next.page);
      await page.keyboard.press('Enter');
      await page.getByText('Connected', { exact: true }).waitFor();
      await page.getByText('No command was started yet.').waitFor();
    } finally {
      await own.cleanUp();
    }
  });

  it.skipIf(!hasSandbox)('shows what waits in a change set, line by line', async () => {
    const own = serveGround('prefix_rule(pattern=["printf"], decision="allow")\n');
    try {
      writeFileSync(join(own.workspace, 'a.txt'), 'one\ntwo\n');
      mkdirSync(join(own.workspace, 'sub'));
      const sandboxed = await own.listen(['--web']);
      const { client: other, socket } = await openSocket(sandboxed);
      await other.request('initialize', { clientInfo: { name: 'test' } });
      await other.request('command/exec', { command: "printf 'two\\nthree\\n' > a.txt", changes: 'hold' });
      const { page } = await openPage(browser, sandboxed.page);
      pages.push(page);
      await page.getByRole('button', { name: 'Changes' }).click();
      await page.locator('summary', { hasText: 'a.txt' }).click();
      const diff = page.getByRole('region', { name: 'Difference' });
      await diff.locator('.added', { hasText: '+three' }).waitFor();
      expect(await diff.locator('.removed').allTextContents()).toEqual(['-one\n']);
      socket.terminate();
    } finally {
      await own.cleanUp();
    }
  });

  describe('its door', () => {
    const get = async (path: string, headers: Record<string, string> = {}): Promise<[number, string]> =>
      await new Promise((resolve, reject) => {
        const { hostname, port } = new URL(server.page);
        httpRequest({ hostname, port, path, headers }, (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
          response.on('end', () => resolve([response.statusCode ?? 0, body]));
        })
          .once('error', reject)
          .end();
      });
    const upgrade = async (names: string[], headers: Record<string, string> = {}): Promise<number> =>
      await new Promise((resolve, reject) => {
        const { host } = new URL(server.page);
        const socket = new WebSocket(`ws://${host}/watch`, names, { headers });
        socket.once('open', () => {
          socket.terminate();
          resolve(101);
        });
        socket.once('unexpected-response', (request, response) => {
          request.destroy();
          resolve(response.statusCode ?? 0);
        });
        socket.once('error', reject);
      });
    const token = (): string => new URL(server.page).hash.slice(1);

    it('gives its files to whoever asks by its name, and nothing of the token', async () => {
      const [status, body] = await get('/');
      expect([status, body.includes('<main'), body.includes(token())]).toEqual([200, true, false]);
      expect((await get('/', { Host: 'evil.example' }))[0]).toBe(403);
      expect((await get('/', { Origin: 'http://evil.example' }))[0]).toBe(403);
      for (const path of ['/package.json', '/../package.json', '/watch', `/?${token()}`])
        expect([path, (await get(path))[0]]).toEqual([path, 404]);
    });

    it('opens for its own token and page alone', async () => {
      const right = ['cordon.watch', `cordon.token.${token()}`];
      const { host } = new URL(server.page);
      expect([
        await upgrade(right),
        await upgrade(right, { Origin: `http://${host}` }),
        await upgrade(['cordon.watch', `cordon.token.${server.token}`]),
        await upgrade(['cordon.watch'], { Authorization: `Bearer ${token()}` }),
        await upgrade(right, { Origin: 'http://evil.example' }),
        await upgrade(right, { Host: `evil.example:${new URL(server.page).port}` }),
      ]).toEqual([101, 101, 401, 401, 403, 403]);
      await expect(openSocket({ url: server.url, token: token() })).rejects.toThrow('refused with 401');
    });
  });
});

/** What the checks of axe find, or one of them, each as one line. */
async function faults(page: Page, rule?: string): Promise<unknown> {
  const options = { resultTypes: ['violations'], ...(rule === undefined ? {} : { runOnly: [rule] }) };
  return await page.evaluate(`axe.run(${JSON.stringify(options)}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 120) + ' ' + failureSummary.slice(0, 300)),
    ),
  )`);
}
