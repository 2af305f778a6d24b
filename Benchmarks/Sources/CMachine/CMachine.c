#define _GNU_SOURCE
#include "CMachine.h"

#include <sched.h>
#include <sys/epoll.h>

int machine_may_use(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_ISSET(core, &set);
}

int machine_pin(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    return sched_setaffinity(0, sizeof set, &set);
}

int machine_poller(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}

int machine_watch(int poller, int socket, uint32_t tag, int isNew, int wantsWrite) {
    struct epoll_event event = {.events = EPOLLIN | (wantsWrite ? EPOLLOUT : 0), .data.u32 = tag};
    return epoll_ctl(poller, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
}

int machine_wait(int poller, uint32_t *tags, int count, int milliseconds) {
    struct epoll_event events[256];
    int ready = epoll_wait(poller, events, count < 256 ? count : 256, milliseconds);
    for (int i = 0; i < ready; i++) {
        uint32_t read = events[i].events & ~EPOLLOUT ? 0x80000000u : 0;
        tags[i] = events[i].data.u32 | read;
    }
    return ready;
}
