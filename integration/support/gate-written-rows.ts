// What a script brings itself and then runs: files it writes, names it makes, programs that take a file or a variable
// for their program. And ordinary work that only looks like it.
import { allow, forbidden, type GateRow, type More, noTouch, runs, stopped } from './gate-row.ts';

const beside = (says: string, script: string, more: More = {}): GateRow =>
  stopped(says, noTouch, script, { ...forbidden, ...more });
const bySpelling = (scripts: readonly string[]): readonly GateRow[] =>
  scripts.map((script) => beside(script, script));

const writtenFirst: readonly GateRow[] = bySpelling([
  'echo touch M > s; sh s',
  "cat > s <<'E'\ntouch M\nE\nchmod +x s; ./s",
  "cat <<'E' | tee s > /dev/null\ntouch M\nE\n. ./s",
  '{ echo touch M; } > s; bash ./s',
  '( echo touch M ) > s; sh < s',
  'for i in 1; do echo touch M; done > s; timeout 5 sh s',
  'printf tou > s; printf "ch M" >> s; sh s',
  'exec > s; echo touch M; sh s',
  'echo touch M > s; mv s t; sh ./t',
  'echo touch M > s; ln -s s t; source t',
  "dd of=s <<< 'touch M' 2>/dev/null; sh s",
  'base64 -d <<< dG91Y2ggTQ== > s; sh s',
  "bash -c 'echo touch M > s'; sh s",
  'echo touch M > "$PWD/s"; sh s',
  'echo touch M > s; find . -name s -exec sh {} \\;',
  'mkfifo p; echo touch M > p & sh < p; wait',
  'for i in 1 2; do [ -f s ] && sh s; echo touch M > s; done',
  'mkdir b; echo touch M > b/ls; chmod +x b/ls; PATH=$PWD/b:$PATH ls',
  "printf 'x:\\n\\ttouch M\\n' > Makefile; make -s",
  "printf 'x:\\n\\ttouch M\\n' > m; make -fm",
  'echo \'{"scripts":{"x":"touch M"}}\' > package.json; npm run x',
  "git init -q .; echo '#!/bin/sh' > h; echo touch M >> h; chmod +x h; mv h .git/hooks/post-commit; git commit -q --allow-empty -m x",
  "git init -q .; printf '[alias]\\n x = !touch M\\n' >> .git/config; git x",
  'echo \'import os; os.system("touch M")\' > x.py; python3 x.py',
  'echo \'import os; os.system("touch M")\' > x.py; python3 -m x',
  'printf \'#!/usr/bin/env python3\\nimport os\\nos.system("touch M")\\n\' > x; chmod +x x; ./x',
  'echo \'require("child_process").execSync("touch M")\' > r.cjs; node -r ./r.cjs -e 0',
  'echo \'require("child_process").execSync("touch M")\' > r.cjs; NODE_OPTIONS="-r ./r.cjs" node -e 0',
  "echo '1e touch M' > x.sed; sed -f x.sed <<< x",
  'echo \'BEGIN{system("touch M")}\' > x.awk; awk -fx.awk',
  "echo 'shell touch M' > g; gdb -batch -x g",
  "echo 'touch M' > .profile; HOME=$PWD bash -lc :",
  "echo 'touch M' > r; bash --init-file ./r -ic :",
  "printf '#!/bin/sh\\ntouch M' > x; chmod +x x; run-parts .",
]);

const fromElsewhere: readonly GateRow[] = bySpelling([
  'cat <<-"\tE"\n\tE\ntouch M',
  'bash --rcfile <(echo touch M) -ic :',
  'python3 <(echo \'import os; os.system("touch M")\')',
  'awk -f <(echo \'BEGIN{system("touch M")}\')',
  "tclsh <(echo 'exec touch M')",
  'printf aW1wb3J0IG9zOyBvcy5zeXN0ZW0oInRvdWNoIE0iKQ== | base64 -d | python3',
  'python3 -ic 1 <<< \'import os; os.system("touch M")\'',
  'python3 -m timeit -n1 -r1 -s "import os" \'os.system("touch M")\'',
  "perl '-Mvars;system(q(touch M));' -e1",
  'perl -e\'system("touch M")\'',
  'PERL5DB=\'BEGIN{system("touch M")}\' perl -d -e 1 </dev/null',
  "{ printf tou; printf 'ch M\\n'; } | sh",
  "tmux -L cordon-gate-2 new -d 'sleep 5' \\; run 'touch M'; sleep .5; tmux -L cordon-gate-2 kill-server",
  "git init -q .; git fetch -q --upload-p 'touch M;:' .; :",
  'shopt -s expand_aliases\nalias t=touch\nt M',
  'hash -p /usr/bin/touch t; t M',
]);

const noRm = 'prefix_rule(pattern=[["rm", "curl"]], decision="forbidden")';
const ordinary: readonly GateRow[] = [
  ...[
    "cat > x.py <<'E'\nprint('rm x')\nE\npython3 x.py && touch M",
    "cat > notes.md <<'E'\nuse rm -rf and $(curl x)\nE\ntouch M; git init -q . && git add notes.md",
    "echo 'rm x' > script.sh; touch M",
    "cat > build.sh <<'E'\n#!/bin/bash\ntouch M\nE\nchmod +x build.sh && ./build.sh",
    'echo \'console.log("rm")\' > x.cjs && node x.cjs && touch M',
    'node -e "console.log(1)" > out.json; touch M; cat out.json | python3 -m json.tool',
    "mkdir -p v/bin && echo 'X=1' > v/bin/activate && . v/bin/activate && touch M",
    "alias ll='ls -la'; touch M",
    'hash -r; touch M',
    "printf '%s\\n' a > f; awk 'NR>0 && $1 {print $1\"|\"$1}' f && touch M",
    'seq 3 | sort | while read -r l; do echo "$l"; done; touch M',
    "perl -i -pe 's/a/b/' /dev/null; touch M",
    'echo {} > package.json; touch M; git init -q .',
    "printf 'x:\\n\\ttouch M\\n' > Makefile; make -s",
  ].map((script) => runs(script, noRm, script, forbidden)),
];

const touch = allow('touch M');
const inside: More = { ask: 'never', sandbox: 'workspace-write', refusedAnyway: true };
const outside: More = { ask: 'never', refusedAnyway: true };

const besideAllowed: readonly GateRow[] = [
  runs('both streams into a pipe', touch, 'touch M |& tail -5'),
  runs('time with its option', touch, 'time -p touch M'),
  runs('fields of what it says', touch, "touch M | awk '{print $1}'"),
  runs('fields by a separator', touch, "touch M 2>&1 | awk -F: '/x/ {n += $2} END {print n}' | head -1"),
  runs('an end with a status', touch, 'touch M || exit 1'),
  runs('a moment in between', touch, 'sleep 0.1 && touch M; exit 0'),
  runs('a look for a program', touch, 'command -v node; touch M'),
  runs('no pager', touch, 'GIT_PAGER=cat PAGER=cat touch M'),
  stopped('another pager', touch, 'GIT_PAGER=./x touch M'),
  stopped('an editor', touch, 'GIT_EDITOR=vim touch M'),
  stopped('fields into a file', '', 'echo x | awk \'{print > "M"}\''),
  stopped('fields into a program', '', `echo x | awk '{print "touch M" | "sh"}'`),
  stopped('a program of fields in a file', '', 'echo \'BEGIN{system("touch M")}\' >p; awk -f p'),
  stopped('time as a program of its own', touch, '/usr/bin/time touch M || cp /dev/null M'),
];

const cleaning: readonly GateRow[] = [
  runs('what is in a directory', '', 'mkdir -p dist/a && touch M && rm -rf dist/*', inside),
  runs('files by the end of their names', '', 'touch M a.log; rm -f *.log', inside),
  runs('below a directory that may not be there', '', 'cd sub 2>/dev/null; rm -rf dist; touch M', inside),
  runs('below a directory that was made', '', '(mkdir x && cd x && rm -rf y); touch M', inside),
  runs(
    'by the program of another package manager',
    '',
    'touch M; pnpm dlx rimraf dist 2>/dev/null; true',
    inside,
  ),
  runs(
    'what was downloaded and only read',
    '',
    'curl -s http://127.0.0.1:1/x -o x.json; touch M; cat x.json',
    inside,
  ),
  stopped('everything by a pattern', '', 'touch M; rm -rf ./*', inside),
  stopped('hidden files by a pattern', '', 'touch M; rm -rf .*', inside),
  stopped('what is above by a pattern', '', 'touch M; rm -rf dist/../*', inside),
  stopped('any name by a pattern', '', 'touch M; rm -rf *.*', inside),
  stopped('below a directory above', '', 'touch M; cd ..; rm -rf d', inside),
  stopped('the repository', '', 'git init -q .; touch M; rm -rf .git', inside),
  stopped('a pattern of its own', '', "touch M; npx rimraf '*'", inside),
  stopped('by a package manager without a sandbox', '', 'touch M; yarn rimraf dist', outside),
  stopped(
    'a download as a file, saved first',
    '',
    'touch M; curl -s http://127.0.0.1:1/x -o x.sh; bash x.sh',
    inside,
  ),
  stopped('a download as a program', '', 'touch M; wget -qO x http://127.0.0.1:1/x; chmod +x x; ./x', inside),
  stopped('a download that is sourced', '', 'touch M; curl -s http://127.0.0.1:1/x > x.sh; . ./x.sh', inside),
];

export const writtenRows: readonly GateRow[] = [
  ...writtenFirst,
  ...fromElsewhere,
  ...ordinary,
  ...besideAllowed,
  ...cleaning,
];
