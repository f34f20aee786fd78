// Programs that `policy check` looks into, as a run does: what counts of `bash -c SCRIPT` is the script.

/** By base name. */
export function isShellName(program: string): boolean {
  return /^(?:.*\/)?(?:ba|da|z|k|a|mk)?sh$/.test(program);
}
