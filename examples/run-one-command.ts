// One command in the sandbox: what it said, or why it did not run, and its exit status.
import { createShellRuntime, exitCode, outputText } from 'cordon';

const runtime = await createShellRuntime({ workspace: process.cwd() });
const result = await runtime.exec({ command: 'echo hello > greeting.txt && cat greeting.txt' });
console.log(outputText(result), exitCode(result));
await runtime.close();
