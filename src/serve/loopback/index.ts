// The door: what servers on loopback have in common.
export { admit, type Admission, type Guarded, guardedBy, isOwnPlace, isSameSecret } from './guard.ts';
export { loopbackAddress, type LoopbackAddress } from './listen-address.ts';
