// One question to the gate, and the answer it has to give.

export interface GateRow {
  readonly says: string;
  readonly rules: string;
  readonly script: string;
  readonly want: 'runs' | 'stopped';
  /** Default `untrusted`. */
  readonly ask?: string;
  /** Default: full access under `never`, else the workspace. */
  readonly sandbox?: string;
  readonly setup?: string;
  /** In front of `PATH`; `{D}` is the directory. */
  readonly path?: string;
  readonly login?: true;
  /** The rules are in the file where answers are saved. */
  readonly saved?: true;
  readonly refusedAnyway?: true;
  readonly controlSandbox?: string;
}

export const allow = (...patterns: readonly string[]): string =>
  patterns.map((pattern) => `prefix_rule(pattern=${JSON.stringify(pattern.split(' '))})`).join('\n');

export type More = Omit<GateRow, 'says' | 'rules' | 'script' | 'want'>;
export const runs = (says: string, rules: string, script: string, more: More = {}): GateRow => ({
  says,
  rules,
  script,
  want: 'runs',
  ...more,
});
export const stopped = (says: string, rules: string, script: string, more: More = {}): GateRow => ({
  says,
  rules,
  script,
  want: 'stopped',
  ...more,
});

export const noTouch = 'prefix_rule(pattern=["touch"], decision="forbidden")';
export const forbidden = { ask: 'never' } as const;
