// What is wrong with a file, as one word each, and how the message for it must read.

export type Condition =
  | 'alternative-is-no-string'
  | 'annotation-violated'
  | 'bad-character'
  | 'bad-decision'
  | 'bad-format'
  | 'bad-protocol'
  | 'bad-syntax'
  | 'changed-while-walked'
  | 'division-by-zero'
  | 'element-is-no-word'
  | 'empty-example'
  | 'empty-justification'
  | 'empty-pattern'
  | 'example-has-open-quote'
  | 'example-is-no-command'
  | 'example-met'
  | 'example-not-met'
  | 'fail-called'
  | 'host-name-empty'
  | 'host-name-not-bare'
  | 'host-path-no-string'
  | 'host-path-other-name'
  | 'host-path-relative'
  | 'misplaced-statement'
  | 'missing-key'
  | 'missing-parameter'
  | 'network-host-empty'
  | 'network-host-is-url'
  | 'network-host-suffix'
  | 'network-host-wildcard'
  | 'no-alternatives'
  | 'no-load'
  | 'not-iterable'
  | 'not-utf8'
  | 'open-string'
  | 'repeated-argument'
  | 'reserved-word'
  | 'too-deep'
  | 'unknown-name'
  | 'unknown-parameter'
  | 'used-before-assignment'
  | 'wrong-type';

export const conditions: Readonly<Record<Condition, RegExp>> = {
  'alternative-is-no-string': /an alternative must be a string/,
  'annotation-violated': /annotation/i,
  'bad-character': /(character|input|byte)/i,
  'bad-decision': /Invalid decision/,
  'bad-format': /format/i,
  'bad-protocol': /the protocol of network_rule must be one of/,
  'bad-syntax': /./,
  'changed-while-walked': /(iterat|loop|walk)/i,
  'division-by-zero': /zero/i,
  'element-is-no-word': /an element must be a string or a list of strings/,
  'empty-example': /an example cannot be an empty/,
  'empty-justification': /a justification cannot be empty/,
  'empty-pattern': /a pattern cannot be empty/,
  'example-has-open-quote': /an open quote or a last backslash/,
  'example-is-no-command': /an example must be a string or a list of strings/,
  'example-met': /Examples in `not_match` meet the rule/,
  'example-not-met': /Examples in `match` do not meet the rule/,
  'fail-called': /fail: /,
  'host-name-empty': /the name of host_executable cannot be empty/,
  'host-name-not-bare': /the name of host_executable must be a bare name/,
  'host-path-no-string': /the paths of host_executable must be strings/,
  'host-path-other-name': /must have the base name/,
  'host-path-relative': /the paths of host_executable must be absolute/,
  'misplaced-statement': /outside/i,
  'missing-key': /key/i,
  'missing-parameter': /missing/i,
  'network-host-empty': /the host of network_rule cannot be empty/,
  'network-host-is-url': /without scheme or path/,
  'network-host-suffix': /an unsupported suffix/,
  'network-host-wildcard': /wildcards are not allowed/,
  'no-alternatives': /a list of alternatives cannot be empty/,
  'no-load': /load/i,
  'not-iterable': /iter/i,
  'not-utf8': /not valid UTF-8/,
  'open-string': /(unfinished|unterminated|open|not closed|ends).*(string|literal)|string/i,
  'repeated-argument': /(repeat|twice|more than once)/i,
  'reserved-word': /reserved/i,
  'too-deep': /(deep|depth|overflow|nested)/i,
  'unknown-name': /(not found|not defined|unknown|undefined)/i,
  'unknown-parameter': /(parameter|argument)/i,
  'used-before-assignment': /before/i,
  'wrong-type': /must be of type/,
};
