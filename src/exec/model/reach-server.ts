// The way to the server: directly, or through the proxy and with the certificates that the environment names, as curl
// and other programs of such a network do. The client library for it is loaded only where one of them is set.
import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '../../domain/index.ts';
import { post, type Post } from './post.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The error names the variable, and never repeats its value: a proxy's address may hold a password. */
export async function reachServer(url: URL, env: Env): Promise<Result<Post, string>> {
  const isEncrypted = url.protocol === 'https:';
  const proxy = isEncrypted ? valueOf(env, 'https_proxy') : valueOf(env, 'http_proxy');
  const certificates = isEncrypted ? readCertificates(env) : ok(undefined);
  if (!certificates.ok) return certificates;
  if (proxy === undefined && certificates.value === undefined) return ok(post);
  const ca =
    certificates.value === undefined
      ? {}
      : { ca: [...process.getBuiltinModule('node:tls').rootCertificates, certificates.value] };
  const undici = await import('undici');
  if (proxy !== undefined && !isHttpUrl(proxy.value))
    return err(`Cannot use the proxy in ${proxy.name}: it is not an http:// or https:// address`);
  const dispatcher =
    proxy === undefined
      ? new undici.Agent({ connect: ca })
      : new undici.EnvHttpProxyAgent({
          [isEncrypted ? 'httpsProxy' : 'httpProxy']: proxy.value,
          noProxy: valueOf(env, 'no_proxy')?.value ?? '',
          connect: ca,
          requestTls: ca,
          proxyTls: ca,
        });
  return ok((to, request) => undici.fetch(to, { ...request, dispatcher }));
}

/** The lower-case spelling wins, as in curl. */
function valueOf(env: Env, name: string): { readonly name: string; readonly value: string } | undefined {
  for (const spelling of [name, name.toUpperCase()]) {
    const value = env[spelling]?.trim() ?? '';
    if (value !== '') return { name: spelling, value };
  }
  return undefined;
}

function isHttpUrl(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

function readCertificates(env: Env): Result<string | undefined, string> {
  const path = env['SSL_CERT_FILE'] ?? '';
  if (path === '') return ok(undefined);
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return err(`Cannot read the certificates in SSL_CERT_FILE: ${code}`);
  }
}
