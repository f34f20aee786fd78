// Random rule files in the shapes that most files are made of, and whatever nearly has one of them.
import fc from 'fast-check';

const plainWord = fc.constantFrom('git', 'gi', 'git-x', 'push', 'pus', '/bin/git', 'bin/git', '-n', '--f=1', '~');
const oddWord = fc.constantFrom("it's", 'a b', ' ', '', 'é', '#', 'a#b', '\\', '\t', '$x', '*', '[', ',');
const someWord = fc.oneof({ weight: 30, arbitrary: plainWord }, { weight: 1, arbitrary: oddWord });
const place = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(someWord) },
  { weight: 2, arbitrary: fc.array(someWord, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(plainWord, { minLength: 7, maxLength: 10 }) },
);

const comma = fc.oneof(
  { weight: 6, arbitrary: fc.constant(', ') },
  { weight: 3, arbitrary: fc.constantFrom(',', ',\n    ') },
  { weight: 1, arbitrary: fc.constantFrom(' , ', ',\n  # why\n  ') },
);
const ending = fc.constantFrom('', '', '', '', ' ', '\n', ',', ',\n', ', ');

function joined(parts: readonly string[], open: string, close: string): fc.Arbitrary<string> {
  return fc.tuple(comma, ending).map(([between, end]) => `${open}${parts.join(between)}${end}${close}`);
}

function seldom(text: fc.Arbitrary<string>, weight: number): fc.Arbitrary<string> {
  return fc.oneof({ weight, arbitrary: fc.constant('') }, { weight: 1, arbitrary: text });
}

function named(name: string, text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom('=', ' = ', '=\n'), text).map(([equals, value]) => `${name}${equals}${value}`);
}

const quoted = (word: string): string => `"${word}"`;

type ExampleForm = 'text' | 'list';

function writeExample(words: readonly string[], form: ExampleForm): fc.Arbitrary<string> {
  return form === 'list'
    ? joined(words.map(quoted), '[', ']')
    : fc.constantFrom(' ', ' ', ' ', ' ', ' ', ' ', '  ').map((blank) => quoted(words.join(blank)));
}

interface Shape {
  readonly places: readonly (readonly string[])[];
  readonly forms: readonly ExampleForm[];
}

/** Words that begin like the pattern, up to one of its places. */
function beginning({ places }: Shape, length: number): fc.Arbitrary<readonly string[]> {
  return fc.tuple(...places.slice(0, length).map((words) => fc.constantFrom(...words)));
}

function examples(shape: Shape, lengths: fc.Arbitrary<number>): fc.Arbitrary<string> {
  const example = fc
    .tuple(lengths, fc.array(someWord, { maxLength: 2 }), fc.constantFrom(...shape.forms))
    .chain(([length, more, form]) =>
      beginning(shape, length).chain((words) => writeExample([...words, ...more], form)),
    );
  return fc.array(example, { maxLength: 3 }).chain((parts) => joined(parts, '[', ']'));
}

const decision = fc.constantFrom('"allow"', '"prompt"', '"forbidden"', '"forbidden"', '"ask"');
const why = fc.constantFrom('"why"', '" why not? "', '"a"', '"it\'s"', '"–"', '" "', "'x'", '"\\n"', '1');

const shapes: fc.Arbitrary<Shape> = fc.record({
  places: fc.array(place, { minLength: 1, maxLength: 5 }),
  forms: fc.constantFrom<readonly ExampleForm[]>(['text'], ['text'], ['list'], ['text', 'list']),
});

const nearlyUsualRule = shapes
  .chain((shape) => {
    const whole = shape.places.length;
    const tokens = shape.places.map((words) => {
      const [only = ''] = words;
      return words.length === 1
        ? fc.constantFrom(quoted(only), quoted(only), quoted(only), `[${quoted(only)}]`)
        : joined(words.map(quoted), '[', ']');
    });
    return fc.tuple(
      named(
        'pattern',
        fc.tuple(...tokens).chain((parts) => joined(parts, '[', ']')),
      ),
      seldom(named('decision', decision), 1),
      seldom(named('justification', why), 6),
      seldom(named('match', examples(shape, fc.constantFrom(whole, whole, whole, whole, whole - 1))), 1),
      seldom(named('not_match', examples(shape, fc.nat(whole - 1))), 1),
      seldom(named('justification', why), 8),
    );
  })
  .chain((args) =>
    fc.tuple(
      joined(
        args.filter((each) => each !== ''),
        'prefix_rule(',
        ')',
      ),
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom('', '', ' ', '\n') },
        { weight: 1, arbitrary: fc.constantFrom(' # end', '\n\n# x\n', ' x', '\t', '\r') },
      ),
    ),
  )
  .chain(([rule, end]) => fc.constantFrom(rule, rule, rule, rule.replaceAll('"', "'")).map((text) => text + end));

const hostTable = fc.constantFrom(
  'host_executable(name="git", paths=["/bin/git"])',
  'host_executable(name="git", paths=[])',
);

export const nearlyUsualFile: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 8, arbitrary: nearlyUsualRule }, { weight: 1, arbitrary: hostTable }), { maxLength: 4 })
  .map((lines) => lines.join('\n'));
