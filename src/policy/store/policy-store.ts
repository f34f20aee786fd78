// Owns the policy of one runtime: loads it, answers for it, remembers, saves, and swaps in a new version at once.
import {
  err,
  ok,
  type AbsolutePath,
  type Argv,
  type Evaluation,
  type ParsedCommand,
  type PolicyAmendment,
  type PolicyError,
  type ProgramStart,
  type Result,
  type RuleMatch,
  type WatchedProgram,
} from '../../domain/index.ts';
import type { EvaluationContext } from '../evaluation/context.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { judgeStart } from '../evaluation/judge-start.ts';
import type { ProgramResolver } from '../evaluation/program-resolver.ts';
import type { Reach } from '../evaluation/reach.ts';
import { verdictsBy, type CommandParser } from '../evaluation/verdict-of.ts';
import { namesSpokenOf, watchedPrograms } from '../evaluation/watched-programs.ts';
import { keepDenials } from '../load/keep-denials.ts';
import { assemble, loadLayers, type LoadedLayers, type LoadedPolicy } from '../load/load-policy.ts';
import type { LoadFilesOptions } from '../load/load-files.ts';
import type { RuleWarning } from '../lint/rule-warning.ts';
import type { PolicyLocations } from '../load/rule-locations.ts';
import type { Policy } from '../rules/policy.ts';
import type { Rule } from '../rules/rule.ts';
import { appendAllowRule, type SavedRule } from '../save/append-rule.ts';
import { whyNotSaved } from '../save/open-ended.ts';
import { meaningOf } from '../save/same-rules.ts';
import { saveTarget, type SaveError, type SaveLayer } from '../save/save-target.ts';
import { proposeAmendment } from './propose-amendment.ts';
import { allowRule, SessionRules, type RememberedPrefix } from './session-rules.ts';
import { watchRules, type RulesWatch, type WatchOptions } from './watch-rules.ts';

export interface PolicyStoreOptions {
  readonly locations: PolicyLocations;
  /** Answers where programs come from; {@link createProgramResolver} looks at the disk. */
  readonly resolver: ProgramResolver;
  /** What a first attempt could change. Default: everything, as without a sandbox. */
  readonly reach?: Reach;
  /** Milliseconds to wait for another process that saves a rule. Default 5000. */
  readonly lockWaitMs?: number;
  /** Splits the commands of tests in rule files (`expect`). Default: the tests are read and not run. */
  readonly parse?: CommandParser | undefined;
  /** Default `Date.now`. */
  readonly now?: () => number;
}

export interface PolicyStore {
  /** File rules and session rules together. */
  readonly policy: Policy;
  /** Mistakes of the version in force. */
  readonly errors: readonly PolicyError[];
  /** What is probably not meant in the rules in force; decides nothing. Worked out at each look. */
  readonly warnings: readonly RuleWarning[];
  readonly files: readonly string[];
  /** `env` is the environment of the child; its `PATH` tells which programs bare names are. */
  evaluate(parsed: ParsedCommand, cwd: AbsolutePath, env: ReadonlyMap<string, string>): Evaluation;
  /** Whether any rule forbids a program or asks about one. */
  readonly hasDenials: boolean;
  /** The files of the programs that such rules name, for a command with this environment. */
  watched(env: ReadonlyMap<string, string>): readonly WatchedProgram[];
  /** Beginnings of the names that they speak of; undefined where a beginning does not tell. */
  readonly spokenOf: readonly string[] | undefined;
  /** The strictest rule about a program that a command with this environment starts, if any forbids it or asks. */
  judgeStart(start: ProgramStart, env: ReadonlyMap<string, string>): RuleMatch | undefined;
  /** Allows commands until the store is closed. The error says why it must not. */
  remember(amendment: PolicyAmendment): Result<RememberedPrefix, string>;
  revoke(key: string): boolean;
  list(): readonly RememberedPrefix[];
  /** A rule worth offering for an evaluation of this store, see `proposeAmendment`. */
  proposeAmendment(evaluation: Evaluation, proposed?: Argv): PolicyAmendment | undefined;
  /** Saves an allow rule: the file first, memory after. */
  amend(amendment: PolicyAmendment, layer: SaveLayer): Promise<Result<SavedRule, SaveError>>;
  /** Reads all files again and swaps the whole policy at once. Resolves when the new version is in force. */
  reload(): Promise<void>;
  /** Reloads whenever a rule file changes. */
  watch(options?: WatchOptions): RulesWatch;
  /** Ends every watch and forgets the session. */
  close(): void;
}

export async function createPolicyStore(options: PolicyStoreOptions): Promise<PolicyStore> {
  return new Store(options, await loadLayers(options.locations, testing(options)));
}

function testing({ parse }: PolicyStoreOptions): LoadFilesOptions {
  return parse === undefined ? {} : { verdictOf: verdictsBy(parse) };
}

class Store implements PolicyStore {
  readonly #options: PolicyStoreOptions;
  readonly #session: SessionRules;
  readonly #contexts = new WeakMap<Evaluation, EvaluationContext>();
  readonly #watches = new Set<RulesWatch>();
  #layers: LoadedLayers;
  #loaded: LoadedPolicy;
  /** Saved since the files were last read. */
  #saved: readonly Rule[] = [];
  #policy: Policy | undefined;
  /** When the first rule of {@link #policy} ends, in milliseconds since the epoch. */
  #validUntil = Infinity;
  #watched:
    | {
        readonly policy: Policy;
        readonly path: string | undefined;
        readonly programs: readonly WatchedProgram[];
      }
    | undefined;
  #reloading: Promise<void> = Promise.resolve();

  constructor(options: PolicyStoreOptions, layers: LoadedLayers) {
    this.#options = options;
    this.#session = new SessionRules(options.now ?? Date.now);
    this.#layers = layers;
    this.#loaded = assemble(layers, this.#now());
  }

  get policy(): Policy {
    const now = this.#now();
    if (this.#policy !== undefined && now < this.#validUntil) return this.#policy;
    const policy = this.#loaded.policy.with([...this.#saved, ...this.#session.rules()]).at(now);
    this.#validUntil = policy.endsAt;
    return (this.#policy = policy);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }

  get warnings(): readonly RuleWarning[] {
    return this.#loaded.warnings();
  }

  get errors(): readonly PolicyError[] {
    return this.#loaded.errors;
  }

  get files(): readonly string[] {
    return this.#loaded.files;
  }

  evaluate(parsed: ParsedCommand, cwd: AbsolutePath, env: ReadonlyMap<string, string>): Evaluation {
    const { resolver, reach } = this.#options;
    const context = {
      cwd,
      path: env.get('PATH'),
      env,
      resolve: resolver,
      ...(reach === undefined ? {} : { reach }),
    };
    const evaluation = evaluate(this.policy, parsed, context);
    this.#contexts.set(evaluation, context);
    return evaluation;
  }

  get hasDenials(): boolean {
    return !this.policy.denials.isEmpty;
  }

  get spokenOf(): readonly string[] | undefined {
    return namesSpokenOf(this.policy);
  }

  watched(env: ReadonlyMap<string, string>): readonly WatchedProgram[] {
    const { policy } = this;
    const path = env.get('PATH');
    if (this.#watched?.policy !== policy || this.#watched.path !== path)
      this.#watched = { policy, path, programs: watchedPrograms(policy, this.#options.resolver, path) };
    return this.#watched.programs;
  }

  judgeStart(start: ProgramStart, env: ReadonlyMap<string, string>): RuleMatch | undefined {
    const { resolver, parse, reach } = this.#options;
    return judgeStart(this.policy, start, {
      path: env.get('PATH'),
      resolve: resolver,
      programs: this.watched(env),
      parse,
      ...(reach === undefined ? {} : { reach }),
    });
  }

  remember(amendment: PolicyAmendment): Result<RememberedPrefix, string> {
    const remembered = this.#session.remember(amendment);
    this.#policy = undefined;
    return remembered;
  }

  revoke(key: string): boolean {
    this.#policy = undefined;
    return this.#session.revoke(key);
  }

  list(): readonly RememberedPrefix[] {
    return this.#session.list();
  }

  proposeAmendment(evaluation: Evaluation, proposed?: Argv): PolicyAmendment | undefined {
    const context = this.#contexts.get(evaluation);
    return context === undefined ? undefined : proposeAmendment(this.policy, evaluation, context, proposed);
  }

  async amend(amendment: PolicyAmendment, layer: SaveLayer): Promise<Result<SavedRule, SaveError>> {
    const because = whyNotSaved(amendment);
    if (because !== undefined) {
      return err({ kind: 'too-broad', message: `Cannot remember the prefix: ${because}`, hint: undefined });
    }
    const { locations, lockWaitMs } = this.#options;
    const target = saveTarget(layer, locations.home);
    if (target === undefined) {
      return err({
        kind: 'refused',
        message: 'Cannot save a rule: there is no home directory',
        hint: undefined,
      });
    }
    if (layer !== 'user' && locations.trustedProjects?.includes(layer.project) !== true) {
      return err({
        kind: 'refused',
        message: `Cannot save a rule in ${target.file}: the project is not trusted, so nobody would read it`,
        hint: 'Trust the project in config.toml, or save the rule for yourself',
      });
    }
    const saved = await appendAllowRule(
      target,
      amendment,
      lockWaitMs === undefined ? {} : { waitMs: lockWaitMs },
    );
    if (!saved.ok) return saved;
    const source = { kind: 'file', file: saved.value.file, line: saved.value.line } as const;
    const known = this.policy.rules.some((rule) => isSavedHere(rule, saved.value, amendment));
    if (!known && locations.enabled !== false) {
      this.#saved = [...this.#saved, allowRule(amendment, source)];
      this.#policy = undefined;
    }
    return ok(saved.value);
  }

  async reload(): Promise<void> {
    const previous = this.#reloading;
    const next = (async () => {
      await previous.catch(() => undefined);
      const savedBefore = this.#saved;
      const fresh = keepDenials(
        this.#layers,
        await loadLayers(this.#options.locations, testing(this.#options)),
      );
      // From here to the end nothing waits: an evaluation sees the old policy or the new one.
      this.#layers = fresh;
      this.#loaded = assemble(fresh, this.#now());
      this.#saved = this.#saved.filter((rule) => !savedBefore.includes(rule));
      this.#policy = undefined;
    })();
    this.#reloading = next;
    await next;
  }

  watch(options: WatchOptions = {}): RulesWatch {
    const watch = watchRules(this.#options.locations, () => this.reload(), options);
    this.#watches.add(watch);
    return {
      close: () => {
        this.#watches.delete(watch);
        watch.close();
      },
    };
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
    this.#watches.clear();
    for (const { key } of this.list()) this.revoke(key);
  }
}

function isSavedHere(rule: Rule, { file, added }: SavedRule, amendment: PolicyAmendment): boolean {
  if (added || rule.decision !== 'allow' || rule.source.kind !== 'file' || rule.source.file !== file)
    return false;
  return meaningOf(rule) === meaningOf(allowRule(amendment, rule.source));
}
