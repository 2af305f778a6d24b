#ifndef ORDEAL_CLINUX_H
#define ORDEAL_CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/* Only fixed-size types here: a system header included from here would belong to this module. */

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
    int socket, const void *address, uint32_t length, int descriptor);

/* Gives the calling thread a network of its own, with limits of its own. */
int ordeal_own_network(void);

/* An anonymous memory file that can be sealed; close-on-exec. */
int ordeal_memfd(const char *name);

/* Seals a memory file against every change. */
int ordeal_memfd_seal(int descriptor);

/* What a new process is like. */
struct ordeal_spawn_request {
    /* The path of the program; it is not searched for. */
    const char *executable;
    /* Ends with NULL; the first is the program's name. */
    char *const *arguments;
    /* Ends with NULL. */
    char *const *environment;
    /* Its working directory, or NULL for the caller's. */
    const char *directory;
    /* Becomes the descriptors 0, 1, 2 ...; -1 stands for /dev/null. All others are closed. */
    const int *descriptors;
    int descriptor_count;
    /* The signal that it gets when the calling thread ends, or 0. */
    int parent_death_signal;
    /* Whether it gets a session of its own, not only a process group. */
    int new_session;
    /* What is added to the caller's nice value: the more, the less of a busy processor it gets. */
    int niceness;
    /* The soft limit of open files, or 0 for the caller's. */
    uint64_t open_files;
    /* Space for 10 digits inside `environment` where its own pid is written, or NULL. */
    char *pid_text;
};

/* What came of it. */
struct ordeal_spawn_result {
    int pid;
    int pidfd;
    /* Which step failed: a constant text, or NULL. */
    const char *failed_step;
};

/* Starts a process in a process group of its own, with default signals, like posix_spawn: the
   caller waits until exec has succeeded or failed. Returns 0, or -1 with errno and the step. */
int ordeal_spawn(const struct ordeal_spawn_request *request, struct ordeal_spawn_result *result);

/* A descriptor for a process that runs already. */
int ordeal_pidfd_open(int pid);

/* Sends a signal to the process of a pidfd. */
int ordeal_pidfd_send_signal(int pidfd, int signal);

/* Reaps the process of a pidfd. Returns 1 and how it ended (CLD_EXITED ... and the status), or 0
   where it has not ended and no_hang is set. */
int ordeal_pidfd_wait(int pidfd, int no_hang, int *code, int *status);

/* Reaps one ended process of a process group. Returns its pid, or 0 where none has ended. */
int ordeal_reap_group(int group);

/* Makes this process the parent of all orphans among its descendants. */
int ordeal_become_subreaper(void);

/* Gives that up: orphans go to the next one above again. */
int ordeal_leave_subreaper(void);

/* Receives a datagram with the pid of its sender (0 where unknown); closes descriptors that came
   with it. Returns its length. */
int64_t ordeal_receive_with_pid(int socket, void *buffer, size_t size, int flags, int *pid);

#endif
