// How much a model is asked to think, in the words its server takes. Two words that clients use are none of any server's:
// codex 0.171 turns them into others before it sends them, and so does cordon.

/** Everything else goes out as it was written: servers have words of their own. */
export function effortForServer(effort: string, model: string): string {
  switch (effort) {
    case 'ultra':
      return thinksHardest.test(model) ? 'xhigh' : 'high';
    case 'persistent':
      return 'disabled';
    default:
      return effort;
  }
}

/** Families that have a step above `high`; the others answer 400 to it. */
const thinksHardest = /^gpt-(5\.1-codex-max|5\.[2-9]|[6-9]|\d\d)/;
