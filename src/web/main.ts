// The page of `cordon serve --web`: puts the parts together. Everything it shows came from the server, and most of it from
// somebody else; element.ts is how it gets onto the page.
import { announce } from './announce.ts';
import { AuditView } from './audit-view.ts';
import { CallsView } from './calls-view.ts';
import { ChangesView } from './changes-view.ts';
import { Connection, type ConnectionState } from './connection.ts';
import { byId, element, foreign } from './element.ts';
import type { WatchedPlace, WatchNotifications } from './protocol/index.ts';
import { QuestionsView } from './questions-view.ts';
import { dropToken, keepToken, takeToken } from './token.ts';
import { tokenIn } from './words/token-in.ts';

type ViewName = 'commands' | 'changes' | 'audit';
const viewNames: readonly ViewName[] = ['commands', 'changes', 'audit'];

const connection = new Connection({ changed, told });
const questions = new QuestionsView(
  async (questionId, decision) =>
    (await connection.request('watch/answer', { questionId, decision })).isTaken,
);
const calls = new CallsView(async (callId) => await connection.request('watch/output', { callId }));
const changes = new ChangesView({
  list: async () => (await connection.request('watch/changes', {})).changes,
  diff: async (kind, id) => await connection.request('watch/diff', { kind, id }),
});
const audit = new AuditView(async () => await connection.request('watch/audit', {}));
let view: ViewName = 'commands';
let state: ConnectionState = 'connecting';

const handlers: {
  readonly [M in keyof WatchNotifications]: (params: WatchNotifications[M]) => void;
} = {
  'watch/call': ({ call }) => {
    calls.put(call);
    if (call.endedAtMs !== null) lookSoon();
  },
  'watch/forgotten': ({ callId }) => calls.forget(callId),
  'watch/question': ({ question }) => questions.add(question),
  'watch/answered': ({ questionId }) => {
    questions.remove(questionId);
    lookSoon();
  },
  'watch/rows': (rows) => calls.rows(rows),
};

function told<M extends keyof WatchNotifications>(method: M, params: WatchNotifications[M]): void {
  // A server that is newer may tell more.
  if (Object.hasOwn(handlers, method)) handlers[method](params);
}

const sentences: Readonly<Record<ConnectionState, string>> = {
  connecting: 'Connecting…',
  open: 'Connected',
  lost: 'Connection lost: the server has ended, or cannot be reached. What stands here is old. Trying again…',
  refused: 'The server does not take this page: it does not know the token, or 8 pages are open already.',
};

function changed(now: ConnectionState): void {
  const was = state;
  state = now;
  const line = byId('connection');
  if (line.textContent !== sentences[now]) line.textContent = sentences[now];
  line.className = now;
  document.body.classList.toggle('stale', now !== 'open');
  questions.setReachable(now === 'open');
  if (now === 'lost' && was === 'open') announce('Connection lost.');
  if (now === 'refused') askForToken('Where the server was started again, it has another one.');
  if (now === 'open') void start();
}

async function start(): Promise<void> {
  const { place, calls: known, questions: open } = await connection.request('watch/start', {});
  byId('token-form').hidden = true;
  byId('watched').hidden = false;
  showPlace(place);
  questions.reset(open);
  questions.setReachable(true);
  calls.reset(known);
  look();
}

function showPlace({ version, workspace, limits, enforcedBy }: WatchedPlace): void {
  byId('place').replaceChildren(
    element('code', {}, foreign(workspace)),
    ' · ',
    foreign(limits),
    ` · held by ${enforcedBy} · version ${version}`,
  );
}

function askForToken(why: string): void {
  dropToken();
  byId('watched').hidden = true;
  byId('token-why').textContent = why;
  byId('token-form').hidden = false;
  byId('token').focus();
}

/** What is not told by itself is asked for again. */
function look(): void {
  if (state !== 'open') return;
  if (view === 'changes') void changes.look();
  if (view === 'audit') void audit.look();
}

let due: ReturnType<typeof setTimeout> | undefined;
function lookSoon(): void {
  due ??= setTimeout(() => {
    due = undefined;
    look();
  }, 300);
}

function turnTo(name: ViewName): void {
  view = name;
  for (const each of viewNames) byId(each).hidden = each !== name;
  for (const button of document.querySelectorAll<HTMLButtonElement>('nav button')) {
    if (button.dataset['view'] === name) button.setAttribute('aria-current', 'page');
    else button.removeAttribute('aria-current');
  }
  look();
}

for (const button of document.querySelectorAll<HTMLButtonElement>('nav button'))
  button.addEventListener('click', () => {
    const name = viewNames.find((each) => each === button.dataset['view']);
    if (name !== undefined) turnTo(name);
  });

byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('questions-title').focus();
});

byId('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = byId('token');
  if (!(field instanceof HTMLInputElement)) return;
  const token = tokenIn(field.value);
  field.value = '';
  if (token === undefined) {
    byId('token-why').textContent = 'That is no token: it has 43 letters, digits, - and _.';
    field.focus();
    return;
  }
  keepToken(token);
  connection.connect(token);
});

const token = takeToken();
if (token === undefined) {
  byId('connection').textContent = 'Not connected';
  askForToken('This page shows nothing without one.');
} else connection.connect(token);
