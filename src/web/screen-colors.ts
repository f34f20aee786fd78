// The colours of a terminal: the sixteen are ours, chosen to be read on our ground; others are the program's own.
import type { ScreenColor, ScreenRun } from './protocol/index.ts';

const looks: Readonly<Record<string, string>> = {
  b: 'bold',
  d: 'dim',
  i: 'italic',
  u: 'underlined',
  s: 'struck',
  h: 'hidden-text',
};

export function paint(made: HTMLElement, { fg = null, bg = null, look = '' }: ScreenRun): void {
  for (const letter of look) if (looks[letter] !== undefined) made.classList.add(looks[letter]);
  const isInverse = look.includes('v');
  const ink = isInverse ? bg : fg;
  const ground = isInverse ? fg : bg;
  if (ground !== null || isInverse) set(made, 'backgroundColor', ground, 'ground');
  if (isInverse && ground === null) made.classList.add('inverse');
  if (isLight(ground)) made.classList.add('on-light');
  if (ink !== null) set(made, 'color', ink, 'ink');
}

function set(
  made: HTMLElement,
  property: 'color' | 'backgroundColor',
  color: ScreenColor,
  name: string,
): void {
  if (typeof color === 'number') made.classList.add(`${name}-${String(color)}`);
  else if (color !== null) made.style[property] = color;
}

/** Whether dark text belongs on it. */
function isLight(color: ScreenColor): boolean {
  if (typeof color === 'number') return color === 7 || color === 15;
  if (color === null) return false;
  const value = Number.parseInt(color.slice(1), 16);
  const [red, green, blue] = [value >> 16, (value >> 8) & 255, value & 255];
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140;
}
