// The rule files the benchmarks read.

/** The shape the program writes itself: every word a literal. */
export function literalRules(count: number): string {
  return rules(count, (index) => [`program${index}`, 'sub']);
}

/** All rules about one program. */
export function oneProgramRules(count: number): string {
  return rules(count, (index) => ['program', `sub${index}`]);
}

/** As people write them: one parameter a line, alternatives, several examples. */
export function nestedRules(count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `prefix_rule(
    pattern = ["program${index}", ["sub", "list"]],
    decision = "prompt",
    justification = "It's number ${index}",
    match = [
        "program${index} sub x",
        "program${index} list --all",
    ],
    not_match = [
        "program${index} other",
    ],
)
`,
  ).join('\n');
}

/** The same rules from a loop: the interpreter's share. */
export function computedRules(count: number): string {
  return `def rule(name):
    prefix_rule(pattern = [name, "sub"], match = ["%s sub x" % name], not_match = ["%s other" % name])

[rule("program%d" % index) for index in range(${count})]
`;
}

function rules(count: number, words: (index: number) => readonly [string, string]): string {
  return Array.from({ length: count }, (_, index) => {
    const [program, sub] = words(index);
    return `prefix_rule(pattern=["${program}", "${sub}"], decision="allow", match=["${program} ${sub} x"], not_match=["${program} other"])\n`;
  }).join('');
}
