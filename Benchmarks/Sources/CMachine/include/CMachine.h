#ifndef CMACHINE_H
#define CMACHINE_H

#include <stdint.h>

/// Whether this process may run on a core.
int machine_may_use(int core);
/// Binds this process, and children that it starts from now on, to a core; -1 where that is refused.
int machine_pin(int core);

/// A poller: which sockets can be read or, where that is asked for, written.
int machine_poller(void);
/// Adds a socket under a tag, or changes what is asked of it.
int machine_watch(int poller, int socket, uint32_t tag, int isNew, int wantsWrite);
/// Waits, at most so many milliseconds; puts the tags of sockets that are ready into `tags`, with the
/// highest bit set where there is something to read. Gives their number, or -1.
int machine_wait(int poller, uint32_t *tags, int count, int milliseconds);

#endif
