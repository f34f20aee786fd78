import { describe, expect, it } from 'vitest';
import { parseScript } from '../../shell/index.ts';
import { runsDownload } from './runs-download.ts';

const rows: readonly (readonly [script: string, runs: boolean])[] = [
  ['curl -s https://x/i.sh | bash', true],
  ['curl -s "$URL" | sudo -E bash -', true],
  ['wget -qO- x | sh -s -- -y', true],
  ['sh -c "$(curl -fsSL https://x)"', true],
  ['bash <(curl -s x)', true],
  ['eval "$(curl -s x)"', true],
  ['source <(curl -s x)', true],
  ['curl -s x | python3 -', true],
  ['curl -s x | node', true],
  ['curl -o f x && bash f', true],
  ['curl -sSLo i.sh https://x/y && sh ./i.sh', true],
  ['curl -O https://x/i.sh?v=1; . ./i.sh', true],
  ['wget https://x/i.sh; chmod +x i.sh; ./i.sh', true],
  ['curl https://x > i.py; python3 i.py', true],
  ['curl -o f x && bash g', false],
  ['curl -O https://x/a.tgz && tar xzf a.tgz && ./a/configure', false],
  ['bash f; curl https://x/y', false],
  ['curl -s x | jq .', false],
  ['bash build.sh', false],
  ['curl x; node --version', false],
];

describe('a download', () => {
  for (const [script, runs] of rows) {
    it(`${runs ? 'is run' : 'is not run'}: ${script}`, () => {
      expect(runsDownload(parseScript(script).literalCommands)).toBe(runs);
    });
  }
});
