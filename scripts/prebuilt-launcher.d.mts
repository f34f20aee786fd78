/** What a launcher has to fit, as `linux-x64`. */
export function machineName(host?: { readonly platform: string; readonly arch: string }): string;

/** The C library that programs of this host are for; undefined where there is only one. */
export function cLibrary(): 'glibc' | 'musl' | undefined;

/** The bytes of the prebuilt launcher made of these sources; undefined when there is none. */
export function readPrebuilt(place: {
  readonly native: string;
  readonly sources: string;
  readonly machine?: string;
}): Buffer | undefined;
