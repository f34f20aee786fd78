// The door to the real file system for the judge and the scan.
export { isAbsent, realTree } from './real-tree.ts';
export { findGitTemplates, findRepositories } from './find-repositories.ts';
export { type FileOwner, type FoundBeneath, readBeneath, type Restored, restoreBeneath } from './beneath.ts';
export { openClosed } from './open-closed.ts';
export { type FileStep, writeTogether } from './write-together.ts';
export { unseenBecause } from './unseen.ts';
