// How a command looks when no rule speaks about it. Entered here only; knows nothing but domain nouns.
export { classifyCommand, type ClassifiedCommand, type TrustContext } from './classify-command.ts';
export { classifyLiteral, type ClassifiedLiteral } from './classify-literal.ts';
