// The token of this page: it came behind `#` of the address, which no browser sends anywhere. It is taken out of the
// address at once, so that it stays in no history, and kept by this tab alone, so that it can be loaded again.
import { tokenIn } from './words/token-in.ts';

const kept = 'cordon.token';

/** Undefined where there is none. */
export function takeToken(): string | undefined {
  const given = tokenIn(location.hash);
  if (given === undefined) return tokenIn(sessionStorage.getItem(kept) ?? '');
  history.replaceState(null, '', location.pathname);
  sessionStorage.setItem(kept, given);
  return given;
}

export function keepToken(token: string): void {
  sessionStorage.setItem(kept, token);
}

export function dropToken(): void {
  sessionStorage.removeItem(kept);
}
