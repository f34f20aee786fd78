// The answer to "does this condition of the rule hold for the command".

/** `maybe`: a word or a directory that only bash will know decides it. */
export type Held = 'yes' | 'no' | 'maybe';
