// A /dev with nothing in it but what every program expects.
#ifndef CORDON_PRIVATE_DEVICES_H
#define CORDON_PRIVATE_DEVICES_H

#include <stdbool.h>

#include "protocol/failure.h"

enum { DEVICE_COUNT = 7 };

struct device_copies {
  int nodes[DEVICE_COUNT]; // the last is the command's terminal; -1 where there is none
  int unreadable; // a file nobody may open (O_PATH), to put over files that must not be read; stays open
};

// Takes copies of the host's harmless devices, before /dev is covered; with `tty` also of the terminal on descriptor 0.
int copy_devices(struct device_copies *copies, bool tty, struct failure *failure);

// Mounts the new /dev, with terminals and shared memory of its own.
int mount_devices(struct device_copies *copies, struct failure *failure);

void release_devices(struct device_copies *copies);

#endif
