// Inputs made to take long: each within a few times what one argument may hold.

export const hostileInputs: Readonly<Record<string, string>> = {
  'one word of 1 MB': `echo ${'a'.repeat(1_000_000)}`,
  '200,000 arguments': `echo${' a'.repeat(200_000)}`,
  '100,000 quotes': `echo ${"''".repeat(50_000)}`,
  'one quote, 100,000 open ones behind': `echo "${`'"`.repeat(50_000)}`,
  '50,000 nested parentheses': '('.repeat(50_000),
  '40,000 nested substitutions': '$('.repeat(40_000),
  '40,000 nested substitutions in quotes': '"$('.repeat(40_000),
  '50,000 backticks': '`'.repeat(50_001),
  '50,000 semicolons': 'a;'.repeat(50_000),
  '30,000 and-lists': `${'a && '.repeat(30_000)}a`,
  '25,000 here-documents on a line': `cat ${'<<E '.repeat(25_000)}\n`,
  '60,000 open brackets': 'a[b '.repeat(30_000),
  '30,000 open parameters': '${a:-'.repeat(25_000),
  '40,000 process substitutions': '<('.repeat(40_000),
  '30,000 open braces': `a ${'{a,'.repeat(30_000)}`,
  '60,000 double parentheses': '(('.repeat(60_000),
  '60,000 percent signs for printf': `printf ${'%'.repeat(120_000)}`,
};
