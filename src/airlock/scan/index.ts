// The door to the judge on the real directory.
export { type Alarm, setAlarm } from './alarm.ts';
export { startScan, type Scan, type ScanParts } from './scan.ts';
