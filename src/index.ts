// The public surface. Named exports only; what is not here is private.
export * from './domain/index.ts';
