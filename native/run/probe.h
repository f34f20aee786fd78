// What the kernel of this host offers, for `cordon doctor`: facts only, nothing is enforced.
#ifndef CORDON_PROBE_H
#define CORDON_PROBE_H

// Prints `name=value` lines on standard output and answers the exit status. Starts one short-lived child in new
// namespaces; changes nothing.
int probe_host(void);

#endif
