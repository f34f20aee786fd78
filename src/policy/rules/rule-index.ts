// Finds the rules whose pattern a command starts with, in time that grows with the command and not with the rules:
// a map by program, and below a program that many rules name, a trie of the remaining words.
import type { LiteralWord, NonEmpty } from '../../domain/index.ts';
import { foldCase } from './fold-case.ts';
import type { PatternToken, Rule } from './rule.ts';
import { walkOverOptions, type WalkedMatch } from './walk-over-options.ts';

/** A rule and its place in the order of definition. */
export interface IndexedRule {
  readonly rule: Rule;
  readonly order: number;
}

export interface PrefixMatches {
  /** Rules whose every word was met by a known word. */
  readonly met: readonly IndexedRule[];
  /** One rule for each place where an unknown word might go on to meet it. */
  readonly possible: readonly IndexedRule[];
}

interface Node {
  readonly ends: IndexedRule[];
  /** A set of alternatives is one node below several words. */
  readonly edges: Map<string, Node[]>;
  readonly byToken: Map<string, Node>;
  /** The first rule that ends below this node. */
  below: IndexedRule | undefined;
}

const nothing: PrefixMatches = { met: [], possible: [] };

export class RuleIndex {
  readonly #plain = new Map<string, IndexedRule[]>();
  readonly #folded = new Map<string, IndexedRule[]>();
  readonly #tries = new Map<readonly IndexedRule[], Node>();
  readonly #first: IndexedRule | undefined;

  constructor(rules: readonly IndexedRule[]) {
    this.#first = rules[0];
    for (const entry of rules) {
      const { canonical, program } = entry.rule;
      const map = canonical ? this.#folded : this.#plain;
      const key = canonical ? foldCase(program) : program;
      const group = map.get(key);
      if (group === undefined) map.set(key, [entry]);
      else group.push(entry);
    }
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** The first rule of all: the one to name when a program is unknown and any of them might be met. */
  get first(): IndexedRule | undefined {
    return this.#first;
  }

  /** Whether any rule names this program, whatever the words after it. */
  names(program: string): boolean {
    return this.#plain.has(program) || (this.#folded.size > 0 && this.#folded.has(foldCase(program)));
  }

  /** Rules for `program` whose further words are met by `words` from index `from` on. */
  match(program: string, words: readonly LiteralWord[], from: number): PrefixMatches {
    const plain = this.#plain.get(program);
    const folded = this.#folded.size === 0 ? undefined : this.#folded.get(foldCase(program));
    if (folded === undefined) return plain === undefined ? nothing : walk(this.#trie(plain), words, { from });
    const second = walk(this.#trie(folded), words, { from, fold: foldCase });
    if (plain === undefined) return second;
    const first = walk(this.#trie(plain), words, { from });
    return { met: [...first.met, ...second.met], possible: [...first.possible, ...second.possible] };
  }

  /** Rules that `words`, program first, meet when options before and between their words are passed over. */
  matchOverOptions(program: string, words: NonEmpty<LiteralWord>): readonly WalkedMatch<IndexedRule>[] {
    const plain = this.#plain.get(program);
    const folded = this.#folded.size === 0 ? undefined : this.#folded.get(foldCase(program));
    return [
      ...(plain === undefined ? [] : walkOverOptions(this.#trie(plain), words)),
      ...(folded === undefined ? [] : walkOverOptions(this.#trie(folded), words, foldCase)),
    ];
  }

  /** Built when a program is first looked up: a short-lived check of one command pays for one program. */
  #trie(group: readonly IndexedRule[]): Node {
    const built = this.#tries.get(group);
    if (built !== undefined) return built;
    const root = createNode();
    for (const entry of group) insert(root, entry);
    this.#tries.set(group, root);
    return root;
  }
}

function createNode(): Node {
  return { ends: [], edges: new Map(), byToken: new Map(), below: undefined };
}

function insert(root: Node, entry: IndexedRule): void {
  let node = root;
  for (const token of entry.rule.rest) {
    node.below ??= entry;
    node = child(node, entry.rule.canonical ? foldToken(token) : token);
  }
  node.ends.push(entry);
}

function child(node: Node, token: PatternToken): Node {
  const key = JSON.stringify(token);
  const known = node.byToken.get(key);
  if (known !== undefined) return known;
  const made = createNode();
  node.byToken.set(key, made);
  for (const word of typeof token === 'string' ? [token] : new Set(token)) {
    const below = node.edges.get(word);
    if (below === undefined) node.edges.set(word, [made]);
    else below.push(made);
  }
  return made;
}

function foldToken(token: PatternToken): PatternToken {
  return typeof token === 'string' ? foldCase(token) : token.map(foldCase);
}

interface Walk {
  readonly from: number;
  /** How words are read before they are compared. */
  readonly fold?: (word: string) => string;
}

function walk(root: Node, words: readonly LiteralWord[], { from, fold }: Walk): PrefixMatches {
  const met: IndexedRule[] = [];
  const possible: IndexedRule[] = [];
  let active: readonly Node[] = [root];
  for (let at = from; active.length > 0; at += 1) {
    for (const node of active) for (const entry of node.ends) met.push(entry);
    if (at >= words.length) break;
    const word = words[at];
    if (word === undefined) {
      // Bash may make no word, one word or many of it: from here on every longer rule might be met.
      for (const node of active) if (node.below !== undefined) possible.push(node.below);
      break;
    }
    const read = fold === undefined ? word : fold(word);
    active = active.length === 1 ? (active[0]?.edges.get(read) ?? []) : step(active, read);
  }
  return { met, possible };
}

function step(active: readonly Node[], word: string): readonly Node[] {
  const next: Node[] = [];
  for (const node of active) for (const below of node.edges.get(word) ?? []) next.push(below);
  return next;
}
