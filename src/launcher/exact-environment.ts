// An environment as `spawn` takes it, and nothing more.

// Node would add its coverage variable to a complete environment unless it is there, even as undefined.
export function exactEnvironment(env: ReadonlyMap<string, string>): NodeJS.ProcessEnv {
  const exact = Object.create(null) as NodeJS.ProcessEnv;
  exact['NODE_V8_COVERAGE'] = undefined;
  for (const [name, value] of env) exact[name] = value;
  return exact;
}
