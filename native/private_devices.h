// A /dev with nothing in it but what every program expects.
#ifndef CORDON_PRIVATE_DEVICES_H
#define CORDON_PRIVATE_DEVICES_H

#include "failure.h"

enum { DEVICE_COUNT = 6 };

struct device_copies {
  int nodes[DEVICE_COUNT];
  int unreadable; // a file nobody may open (O_PATH), to put over files that must not be read
};

// Takes copies of the host's harmless devices, before /dev is covered.
int copy_devices(struct device_copies *copies, struct failure *failure);

// Mounts the new /dev, with terminals and shared memory of its own.
int mount_devices(struct device_copies *copies, struct failure *failure);

void release_devices(struct device_copies *copies);

#endif
