// The door to the judge on the real directory.
export { startScan, type Scan, type ScanParts } from './scan.ts';
