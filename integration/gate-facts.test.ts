// A rule that forbids sees everything bash runs, however it is written, and nothing else: asked from outside.
import { askTheGate } from './support/ask-the-gate.ts';
import { factRows } from './support/gate-fact-rows.ts';

askTheGate('a rule that forbids', factRows);
