// The filter's part of the evidence: calls that mean to write stop for a look. What the filter refuses, it still refuses.
#ifndef CORDON_WRITE_RULES_H
#define CORDON_WRITE_RULES_H

#include "sandbox/filter_program.h"

// Before every other rule about these calls. Each that stops must be answered, or passed on, by process 1.
void collect_write_rules(struct rules *rules);

#endif
