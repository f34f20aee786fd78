import { describe, expect, it } from 'vitest';
import { terminalTurns } from './terminal-turns.ts';

const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

function deferred() {
  let settle: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (settle = resolve));
  return { promise, settle: () => settle() };
}

describe('the turns of a terminal', () => {
  const sayTo = (told: string[]) => (word: string) => async (): Promise<void> => {
    told.push(word);
    await Promise.resolve();
  };

  it('print at once while nobody is asked', async () => {
    const told: string[] = [];
    const say = sayTo(told);
    await terminalTurns().print(say('a'));
    expect(told).toEqual(['a']);
  });

  it('print what came before a question first, and what comes during it afterwards', async () => {
    const turns = terminalTurns();
    const told: string[] = [];
    const say = sayTo(told);
    const answer = deferred();
    turns.came();
    const asked = turns.ask(async () => {
      told.push('question');
      await answer.promise;
      return 'yes';
    });
    await turn();
    await turns.print(say('before'));
    await turn();
    const during = turns.print(say('during'));
    await turn();
    expect(told).toEqual(['before', 'question']);
    answer.settle();
    expect(await asked).toBe('yes');
    await during;
    expect(told).toEqual(['before', 'question', 'during']);
  });

  it('ask although nobody takes the output any more', async () => {
    const turns = terminalTurns();
    turns.came();
    void turns.print(async () => await new Promise<void>(() => undefined));
    expect(await turns.ask(async () => await Promise.resolve('asked'))).toBe('asked');
  });

  it('tell when the first of several questions begins and when the last one is over', async () => {
    const turns = terminalTurns();
    const told: string[] = [];
    const stop = turns.watch({ asking: () => told.push('asking'), answered: () => told.push('answered') });
    const [one, two] = [deferred(), deferred()];
    const both = [one, two].map(async ({ promise }) => await turns.ask(async () => await promise));
    await turn();
    one.settle();
    await turn();
    expect(told).toEqual(['asking']);
    two.settle();
    await Promise.all(both);
    stop();
    await turns.ask(async () => await Promise.resolve());
    expect(told).toEqual(['asking', 'answered']);
  });

  it('go on after a question that failed', async () => {
    const turns = terminalTurns();
    await expect(turns.ask(async () => await Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    await turns.free();
  });
});
