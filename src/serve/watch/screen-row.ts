// One row of an emulator as text with its looks. Neighbours that look alike are one run.
import type { IBufferCell, IBufferLine } from '@xterm/headless';
import type { ScreenColor, ScreenRow, ScreenRun } from '../../web/protocol/index.ts';

/** `columns` at most. A row that is not there is empty. */
export function screenRow(line: IBufferLine | undefined, columns: number): ScreenRow {
  if (line === undefined) return { runs: [] };
  const runs: { text: string; key: string; look: Omit<ScreenRun, 'text'> }[] = [];
  for (let column = 0; column < columns; column += 1) {
    const cell = line.getCell(column);
    // The second half of a wide character.
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = cell.getChars() === '' ? ' ' : cell.getChars();
    const look = lookOf(cell);
    const key = JSON.stringify(look);
    const last = runs.at(-1);
    if (last?.key === key) last.text += text;
    else runs.push({ text, key, look });
  }
  // What is blank at the end of a row is nothing.
  const end = runs.at(-1);
  if (end?.key === '{}') end.text = end.text.replace(/ +$/u, '');
  if (end?.text === '') runs.pop();
  const isWrapped = line.isWrapped ? ({ isWrapped: true } as const) : {};
  return { runs: runs.map(({ text, look }) => ({ text, ...look })), ...isWrapped };
}

function lookOf(cell: IBufferCell): Omit<ScreenRun, 'text'> {
  const fg = colorOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor());
  const bg = colorOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor());
  const look = [
    cell.isBold() !== 0 ? 'b' : '',
    cell.isDim() !== 0 ? 'd' : '',
    cell.isItalic() !== 0 ? 'i' : '',
    cell.isUnderline() !== 0 ? 'u' : '',
    cell.isStrikethrough() !== 0 ? 's' : '',
    cell.isInverse() !== 0 ? 'v' : '',
    cell.isInvisible() !== 0 ? 'h' : '',
  ].join('');
  return {
    ...(fg === null ? {} : { fg }),
    ...(bg === null ? {} : { bg }),
    ...(look === '' ? {} : { look }),
  };
}

function colorOf(isRgb: boolean, isPalette: boolean, value: number): ScreenColor {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  if (!isPalette) return null;
  return value < 16 ? value : `#${paletteColor(value).toString(16).padStart(6, '0')}`;
}

/** Of the 256 colours, those behind the sixteen: a cube of six steps each, then grey. */
function paletteColor(index: number): number {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return (grey << 16) | (grey << 8) | grey;
  }
  const step = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const at = index - 16;
  return (step(Math.floor(at / 36)) << 16) | (step(Math.floor(at / 6) % 6) << 8) | step(at % 6);
}
