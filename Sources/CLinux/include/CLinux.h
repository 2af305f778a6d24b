#ifndef ORDEAL_CLINUX_H
#define ORDEAL_CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/* What Swift cannot call by itself: atomics on shared memory, control messages, variadic calls,
   a vfork-like spawn. No logic here. Functions return -1 and set errno, or a value >= 0. */

/* Stores with release order. */
void ordeal_store_release(uint64_t *place, uint64_t value);

/* Loads with acquire order. */
uint64_t ordeal_load_acquire(const uint64_t *place);

/* Names the calling thread; the system keeps the first 15 bytes. */
void ordeal_name_thread(const char *name);

/* Sends an empty datagram that carries one descriptor (SCM_RIGHTS) to an address. */
int ordeal_send_descriptor(
    int socket, const struct sockaddr *address, socklen_t length, int descriptor);

/* An anonymous memory file that can be sealed; close-on-exec. */
int ordeal_memfd(const char *name);

/* Seals a memory file against every change. */
int ordeal_memfd_seal(int descriptor);

#endif
