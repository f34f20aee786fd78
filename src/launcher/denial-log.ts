// What the sandbox refused in one run, the newest of it: the launcher tells few, and a session goes on for long.
import type { DenialEvidence } from '../domain/index.ts';

const mostDenials = 128;

export class DenialLog {
  readonly denials: DenialEvidence[] = [];

  add(denial: DenialEvidence): void {
    if (this.denials.length === mostDenials) this.denials.shift();
    this.denials.push(denial);
  }
}
