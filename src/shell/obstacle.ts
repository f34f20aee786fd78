// The one thing a reader in this room answers when it cannot go on: why, and where.
import type { OpaqueReason } from '../domain/index.ts';

export interface Obstacle {
  readonly kind: 'obstacle';
  readonly reason: OpaqueReason;
  readonly start: number;
  readonly end: number;
}

export function obstacle(reason: OpaqueReason, start: number, end: number): Obstacle {
  return { kind: 'obstacle', reason, start, end };
}
