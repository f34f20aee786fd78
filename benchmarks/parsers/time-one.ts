// One hostile input through one reader, in a process that can be ended from outside: prints the milliseconds.
import { parseScript } from '../../src/shell/index.ts';
import { extractors } from './extractors.ts';
import { hostileInputs } from './hostile-inputs.ts';

const [reader = '', input = ''] = process.argv.slice(2);
const script = hostileInputs[input];
if (script === undefined) throw new Error(`Cannot time ${input}: there is no such input`);
const started = performance.now();
if (reader === 'cordon') parseScript(script);
else extractors.find(({ name }) => name === reader)?.extract(script);
process.stdout.write(String(performance.now() - started));
