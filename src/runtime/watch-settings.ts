// What is looked at while a command runs, beside what it writes.

export interface WatchSettings {
  /**
   * Whether each program that a sandboxed command starts waits until it was judged: `rules` (default) where a rule forbids
   * a program or asks about one, `always`, or `never`. Without a sandbox, and on other systems than Linux, nothing is
   * watched.
   */
  readonly exec?: 'always' | 'rules' | 'never' | undefined;
  /**
   * Whether each write and connection that the sandbox refuses is told (`AttemptRecord.denials`): `auto` (default) where the
   * approval policy asks after a denial and a reviewer is there to answer, `always`, or `never`: then a denial is read out of
   * the output. Linux, in a sandbox with namespaces.
   */
  readonly denials?: 'always' | 'auto' | 'never' | undefined;
}
