// Text from a model or a command, made safe for a terminal: it may not move the cursor, change the title, answer
// queries, or turn its reading direction around.

const escapeSequence =
  // CSI, then OSC/DCS/APC/PM/SOS strings with their end, then the short ones.
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]|\u009b[0-?]*[ -/]*[@-~]/g;
const bidirectional = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g;

/** Keeps line breaks and tabs; a lone carriage return becomes a line break. */
export function stripControl(text: string): string {
  return text
    .replace(escapeSequence, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(bidirectional, '');
}
