// A reviewer of your own: what it is asked, what it can answer, and how an interface that answers later fits in.
import {
  type Argv,
  createApprovalInbox,
  createShellRuntime,
  explainRefusal,
  type ReviewDecision,
  type Reviewer,
} from 'cordon';

// Answers at once. Whatever it does not say yes to is a no; if it throws or takes too long, that is a no, too.
const careful: Reviewer = {
  review: ({ purpose, argv }) => Promise.resolve(purpose === 'first-run' ? judge(argv) : stayInside),
};
const stayInside: ReviewDecision = { kind: 'denied', message: 'stay inside the sandbox' };

function judge([program]: Argv): ReviewDecision {
  return program === 'touch'
    ? { kind: 'approved-for-session' }
    : { kind: 'denied', message: 'only touch is fine here' };
}

const first = await createShellRuntime({
  workspace: process.cwd(),
  approvalPolicy: 'untrusted',
  reviewer: careful,
});
for (const command of ['touch one', 'touch one', 'sort --output=two one']) {
  const result = await first.exec({ command });
  console.log(`${command}: ${result.kind === 'not-run' ? explainRefusal(result.refusal) : result.kind}`);
}
console.log(first.approvals.audit().map(({ source, decision }) => `${source} ${decision}`));
await first.close();

// Answers later, from elsewhere: questions wait in the inbox under their ids. A late, second or unknown answer is
// ignored; a client that goes away (`inbox.disconnect`) has said no.
const inbox = createApprovalInbox();
const second = await createShellRuntime({
  workspace: process.cwd(),
  approvalPolicy: 'untrusted',
  reviewer: inbox.reviewer,
  reviewTimeoutMs: 60_000,
});
second.onEvent((event) => {
  if (event.type !== 'approval.requested') return;
  const { id, reason } = event.request;
  // Here a web page would be told; its answer arrives some time afterwards.
  setTimeout(() => {
    console.log(`asked: ${reason}`);
    console.log(
      `answered: ${inbox.answer(id, { kind: 'approved' })}, again: ${inbox.answer(id, { kind: 'abort' })}`,
    );
  }, 10);
});
console.log((await second.exec({ command: 'touch two' })).kind);
await second.close();
