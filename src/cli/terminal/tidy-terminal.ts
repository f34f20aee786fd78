// What a command may have left a terminal in, undone before a person is asked to read something on it: a command that
// conceals text, or scrolls it away, could hide what is being approved. Nothing here clears the screen.

export const tidyTerminal: string = [
  // The normal screen, without restoring a cursor that was never saved.
  '\u001b[?47l',
  // Where the terminal knows the soft reset it does most of what follows; tmux, for one, does not.
  '\u001b[!p',
  // Plain text, not concealed; Latin letters, not line drawing.
  '\u001b[0m',
  '\u001b(B\u000f',
  // Lines wrapped, new text over old, the cursor shown.
  '\u001b[?7h',
  '\u001b[4l',
  '\u001b[?25h',
  // The whole screen scrolls; setting that moves the cursor, so it is put back.
  '\u001b7\u001b[r\u001b8',
  // No reports of the mouse, of focus, or around a paste.
  '\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1004l\u001b[?2004l',
].join('');

/** Whether nothing but plain text should be written to the terminal. */
export function isDumb(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['TERM'] === 'dumb' || env['TERM'] === undefined;
}
