// What a script brings itself and then runs, asked from outside; and ordinary work beside it.
import { askTheGate } from './support/ask-the-gate.ts';
import { writtenRows } from './support/gate-written-rows.ts';

askTheGate('a gate before what a script brings itself', writtenRows);
