// Which files the value of a setting, taken as a shell command, could name.

/** Words that hold a slash, and the first word of each command. Latin1 text; over-inclusive on purpose. */
export function programsNamedIn(value: string): string[] {
  const words = value
    .replace(/^!/, '')
    .split(/[\s;&|()`"'<>=]+/)
    .filter((word) => word !== '' && !word.startsWith('-'));
  return [...new Set(words)];
}
