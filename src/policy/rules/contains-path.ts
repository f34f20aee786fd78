// Whether a directory holds a path, both absolute and normalised.

export function containsPath(root: string, path: string): boolean {
  return root === '/' || path === root || path.startsWith(`${root}/`);
}
