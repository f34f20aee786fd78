// The door: the runtime as an MCP server.
export { createMcpServer, type McpParts } from './create-mcp-server.ts';
export { type ElicitingReviewer, elicitingReviewer } from './eliciting-reviewer.ts';
export { type HttpListener, type HttpSession, listenOnHttp } from './listen-on-http.ts';
export { boundedLines, longestMessage } from './bounded-lines.ts';
