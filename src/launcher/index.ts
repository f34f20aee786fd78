export * from './launcher-frames.ts';
export * from './launcher-reports.ts';
