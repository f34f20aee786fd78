// How a line of a unified diff looks, as the name of a class. Pure.

export function diffLook(line: string): string {
  if (line.startsWith('+++') || line.startsWith('---')) return 'head';
  if (line.startsWith('+')) return 'added';
  if (line.startsWith('-')) return 'removed';
  return line.startsWith('@@') ? 'head' : '';
}
