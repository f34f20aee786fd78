// How a command looks when no rule speaks about it. Entered here only; knows nothing but domain nouns.
export { classifyCommand, type ClassifiedCommand, type TrustContext } from './classify-command.ts';
export { classifyLiteral, type ClassifiedLiteral } from './classify-literal.ts';
export { findDanger } from './find-danger.ts';
export { readOptions } from './option-words.ts';
export { runsDownload } from './runs-download.ts';
