// The door: the runtime as a JSON-RPC server.
export { type NarrowerSandbox, type OpenRuntime } from './client-runtimes.ts';
export {
  type Connection,
  createRpcServer,
  type RpcServer,
  type RpcServerParts,
} from './create-rpc-server.ts';
export { listenOnWebSocket, type WebSocketListener } from './listen-on-websocket.ts';
export { type LineEnds, stdioWire } from './stdio-wire.ts';
