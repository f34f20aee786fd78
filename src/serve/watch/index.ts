// The door: a server that a person watches, and the page they do it with.
export { listenForPages, type PageFile, type PageListener, type PageParts } from './listen-for-pages.ts';
export { WatchedServer, type WatchedServerParts } from './watched-server.ts';
