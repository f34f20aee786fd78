// Sizes past which a script is not read. Every reader here is linear, so these bound memory, not patience.

/**
 * UTF-16 code units a script may have and still be split. Linux refuses a longer single argument (128 KiB), so a
 * longer script could not be started as `bash -c -- SCRIPT` there at all.
 */
export const maxScriptLength: number = 131_072;

/** UTF-16 code units that are still swept for facts; macOS refuses a whole argument list above 1 MiB. */
export const maxSweptLength: number = 1_048_576;

/** How many shells or wrappers may stand around a command before the reader gives up, strictly. */
export const maxNesting: number = 8;
