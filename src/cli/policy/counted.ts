// `1 rule`, `2 rules`.

export function counted(number: number, noun: string, nouns: string = `${noun}s`): string {
  return `${String(number)} ${number === 1 ? noun : nouns}`;
}
