// One command in the sandbox, and everything that can come of it.
import { createShellRuntime, explainDenial, explainRefusal, renderCaptured } from 'cordon';

const runtime = await createShellRuntime({ workspace: process.cwd() });
const result = await runtime.exec({
  command: 'echo hello > greeting.txt && cat greeting.txt',
  timeoutMs: 5_000,
});

if (result.kind === 'not-run') {
  console.log(explainRefusal(result.refusal));
} else {
  const { outcome } = result;
  if ('output' in outcome) console.log(renderCaptured(outcome.output.aggregated));
  console.log(outcome.kind === 'exited' ? `exit ${outcome.exitCode}` : outcome.kind);
  if (result.kind === 'blocked-by-sandbox') console.log(explainDenial(result));
}
await runtime.close();
