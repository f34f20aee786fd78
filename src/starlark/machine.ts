// What running code and builtins share: the budget, the place being evaluated, and how to call a function. The
// evaluator completes it; builtins see only this.
import type { Meter } from './budget.ts';
import { overBudget, type Span } from './errors.ts';
import type { SourceText } from './source.ts';
import type { Value } from './values.ts';

/** Evaluated arguments, in the order they were written. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly names: readonly string[];
  /** As many as `names`. */
  readonly named: readonly Value[];
}

export const noNames: readonly string[] = [];
export const noValues: readonly Value[] = [];

export interface CallRecord {
  readonly name: string;
  readonly at: Span;
}

/**
 * Levels of evaluation that may be stacked over all calls together. A level takes up to 700 bytes of the host's stack
 * before V8 has optimised anything, so this is about half of the megabyte that Node gives.
 */
const deepestEvaluation = 700;

export abstract class Machine {
  readonly meter: Meter;
  readonly source: SourceText;
  /** The operation being evaluated: where a failure that names no place happened. */
  at: Span = { start: 0, end: 0 };
  /** The functions of the file that are running, outermost first. Left as it is when a failure passes through. */
  readonly calls: CallRecord[] = [];
  #height = 0;

  constructor(source: SourceText, meter: Meter) {
    this.source = source;
    this.meter = meter;
  }

  abstract call(callee: Value, args: Arguments): Value;

  /** `height` is how deep the function's body nests. */
  protected pushCall(record: CallRecord, height: number): void {
    if (this.calls.length >= this.meter.budget.callDepth) {
      throw overBudget(
        `Call stack overflow: at most ${this.meter.budget.callDepth} nested calls are allowed`,
      );
    }
    this.#height += height;
    if (this.#height > deepestEvaluation)
      throw overBudget('Call stack overflow: calls and expressions nest too deeply');
    this.calls.push(record);
  }

  protected popCall(height: number): void {
    this.#height -= height;
    this.calls.pop();
  }
}
