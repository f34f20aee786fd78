// A sandbox of the SDK's sandbox agents that is this runtime: its two shell tools have the names and fields of exec
// mode's, so they are answered by the same code. Files go through the guarded writer.
import { randomUUID } from 'node:crypto';
import { type ModelTools, modelTools } from '../../embed/index.ts';
import type { ShellRuntime } from '../../runtime/index.ts';
import { type Editor, editor, type EditorOptions } from './editor.ts';

export interface SandboxClientOptions<Manifest extends { readonly root: string }> extends Pick<
  EditorOptions,
  'applyDiff'
> {
  /** `new Manifest({ root: WORKSPACE })` of the SDK: where relative paths start, and what the model is told. */
  readonly manifest: Manifest;
}

interface SessionState<Manifest> {
  manifest: Manifest;
  workspaceReady: boolean;
  [key: string]: unknown;
}

interface ExecArgs {
  readonly cmd: string;
  readonly workdir?: string;
  readonly shell?: string;
  readonly login?: boolean;
  readonly tty?: boolean;
  readonly yieldTimeMs?: number;
  readonly maxOutputTokens?: number;
  readonly runAs?: string;
}

interface StdinArgs {
  readonly sessionId: number;
  readonly chars?: string;
  readonly yieldTimeMs?: number;
  readonly maxOutputTokens?: number;
}

export interface SandboxSession<Manifest> {
  state: SessionState<Manifest>;
  running(): Promise<boolean>;
  supportsPty(): boolean;
  execCommand(args: ExecArgs): Promise<string>;
  writeStdin(args: StdinArgs): Promise<string>;
  createEditor(runAs?: string): Editor;
  readFile(args: { readonly path: string; readonly maxBytes?: number }): Promise<Uint8Array>;
  pathExists(path: string): Promise<boolean>;
  /** Ends what still runs. The runtime stays open. */
  close(): Promise<void>;
}

export interface SandboxClient<Manifest> {
  readonly backendId: string;
  /** A session of its own for each run, all over the one runtime and its workspace. */
  create(): Promise<SandboxSession<Manifest>>;
}

/**
 * For `run(agent, input, { sandbox: { client: sandboxClient(runtime, …) } })`. The workspace is used as it is: nothing of
 * a manifest is put into it. Questions go to the runtime's `reviewer`, since the SDK asks nobody about these tools.
 */
export function sandboxClient<Manifest extends { readonly root: string }>(
  runtime: ShellRuntime,
  options: SandboxClientOptions<Manifest>,
): SandboxClient<Manifest> {
  return {
    backendId: 'cordon',
    create: async () => await Promise.resolve(openSession(runtime, options)),
  };
}

function openSession<Manifest extends { readonly root: string }>(
  runtime: ShellRuntime,
  { manifest, applyDiff }: SandboxClientOptions<Manifest>,
): SandboxSession<Manifest> {
  const cwd = manifest.root;
  const tools = modelTools(runtime, { workspace: cwd });
  const state = { manifest, workspaceReady: true };
  return {
    state,
    running: async () => await Promise.resolve(true),
    supportsPty: () => true,
    execCommand: async ({ cmd, workdir, shell, login, tty, yieldTimeMs, maxOutputTokens, runAs }) => {
      if (runAs !== undefined) return 'exec_command failed: commands run as the user of this process';
      const timing = { yield_time_ms: yieldTimeMs, max_output_tokens: maxOutputTokens };
      return await answer(tools, 'exec_command', { cmd, workdir, shell, login, tty, ...timing });
    },
    writeStdin: async ({ sessionId, chars, yieldTimeMs, maxOutputTokens }) => {
      const timing = { yield_time_ms: yieldTimeMs, max_output_tokens: maxOutputTokens };
      return await answer(tools, 'write_stdin', { session_id: sessionId, chars, ...timing });
    },
    createEditor: () => editor(runtime, { applyDiff, cwd }).editor,
    readFile: async ({ path, maxBytes }) => {
      const found = await Promise.resolve(runtime.files.read(path, cwd));
      if (found.kind === 'refused') throw new Error(`${path}: ${found.refusal.reason}`);
      if (found.kind === 'missing') throw new Error(`${path}: there is no such file`);
      return maxBytes === undefined ? found.bytes : found.bytes.subarray(0, maxBytes);
    },
    pathExists: async (path) => await Promise.resolve(runtime.files.read(path, cwd).kind !== 'missing'),
    close: async () => await tools.close(),
  };
}

async function answer(tools: ModelTools, name: string, args: object): Promise<string> {
  return await tools.call({ callId: `agent-${randomUUID()}`, name, arguments: JSON.stringify(args) });
}
