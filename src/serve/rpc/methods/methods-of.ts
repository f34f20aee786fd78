// A part of the methods, each with its parameters read already.
import type { Client } from '../client.ts';
import type { Peer } from '../peer.ts';
import type { Methods } from '../protocol/methods.ts';

export type MethodsOf<Name extends keyof Methods> = {
  readonly [M in Name]: (
    params: Methods[M]['params'],
    client: Client,
    peer: Peer,
  ) => Promise<Methods[M]['result']>;
};
