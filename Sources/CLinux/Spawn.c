#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The thread sanitizer takes `clone` for a fork and fails on shared memory; the same function by its
   other name it lets pass. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
int __clone(int (*function)(void *), void *stack, int flags, void *argument, ...);
#define clone __clone
#endif
#endif

#define STACK_BYTES (128 * 1024)
#define SIGNAL_SET_BYTES (_NSIG / 8)

struct child {
    const struct ordeal_spawn_request *request;
    pid_t parent;
    /* Written by the child, which shares the memory, before it ends without exec. */
    const char *failed_step;
    int error;
};

static int fail(struct child *child, const char *step)
{
    child->error = errno;
    child->failed_step = step;
    _exit(127);
}

static void reset_signals(void)
{
    /* The system's own call: the library's refuses the two signals that it keeps for itself, and
       an ignored one of them is inherited too. All zero is SIG_DFL without flags. */
    uint64_t action[4] = {0};
    for (int number = 1; number < _NSIG; number++)
        syscall(SYS_rt_sigaction, number, action, NULL, SIGNAL_SET_BYTES);
    uint64_t none = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, SIGNAL_SET_BYTES);
}

/* First out of the way of the final numbers, then onto them. */
static void place_descriptors(struct child *child)
{
    const struct ordeal_spawn_request *request = child->request;
    int count = request->descriptor_count;
    int moved[count > 0 ? count : 1];
    for (int i = 0; i < count; i++) {
        int from = request->descriptors[i];
        if (from < 0) {
            int null = open("/dev/null", O_RDWR | O_CLOEXEC);
            if (null < 0)
                fail(child, "open /dev/null");
            from = null;
        }
        moved[i] = fcntl(from, F_DUPFD_CLOEXEC, count);
        if (moved[i] < 0)
            fail(child, "duplicate a descriptor");
    }
    for (int i = 0; i < count; i++)
        if (dup2(moved[i], i) < 0)
            fail(child, "place a descriptor");
    if (syscall(SYS_close_range, count, ~0U, 0) < 0)
        fail(child, "close descriptors");
}

static void write_pid(char *text)
{
    pid_t pid = getpid();
    char digits[10];
    int count = 0;
    do {
        digits[count++] = (char)('0' + pid % 10);
        pid /= 10;
    } while (pid > 0);
    for (int i = 0; i < count; i++)
        text[i] = digits[count - 1 - i];
    text[count] = 0;
}

static int run(void *argument)
{
    struct child *child = argument;
    const struct ordeal_spawn_request *request = child->request;

    reset_signals();
    if (request->new_session) {
        if (setsid() < 0)
            fail(child, "make a session");
    } else if (setpgid(0, 0) < 0) {
        fail(child, "make a process group");
    }
    if (request->parent_death_signal != 0) {
        if (prctl(PR_SET_PDEATHSIG, request->parent_death_signal, 0, 0, 0) < 0)
            fail(child, "set the parent-death signal");
        if (getppid() != child->parent)
            _exit(127);
    }
    if (request->directory && chdir(request->directory) < 0)
        fail(child, "enter the working directory");
    place_descriptors(child);
    /* To be nicer is always allowed. */
    if (request->niceness > 0)
        (void)!nice(request->niceness);
    if (request->open_files > 0) {
        struct rlimit limit;
        if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
            fail(child, "read the limit of open files");
        limit.rlim_cur = request->open_files;
        if (limit.rlim_max < limit.rlim_cur)
            limit.rlim_max = limit.rlim_cur;
        if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
            fail(child, "set the limit of open files");
    }
    if (request->pid_text)
        write_pid(request->pid_text);
    execve(request->executable, request->arguments, request->environment);
    return fail(child, "execute");
}

int ordeal_spawn(const struct ordeal_spawn_request *request, struct ordeal_spawn_result *result)
{
    struct child child = {.request = request, .parent = getpid()};
    uint64_t all = ~(uint64_t)0;
    uint64_t before = 0;
    int pidfd = -1;

    result->failed_step = NULL;
    void *stack = mmap(
        NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        result->failed_step = "allocate a stack";
        return -1;
    }
    /* No signal handler of ours may run in the child, which shares our memory. */
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, SIGNAL_SET_BYTES);
    pid_t pid = clone(
        run, (char *)stack + STACK_BYTES, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &child,
        &pidfd);
    int error = errno;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, SIGNAL_SET_BYTES);
    munmap(stack, STACK_BYTES);
    if (pid < 0) {
        result->failed_step = "clone";
        errno = error;
        return -1;
    }
    if (child.failed_step) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            ;
        close(pidfd);
        result->failed_step = child.failed_step;
        errno = child.error;
        return -1;
    }
    result->pid = pid;
    result->pidfd = pidfd;
    return 0;
}

int ordeal_pidfd_open(int pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int ordeal_pidfd_send_signal(int pidfd, int signal)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int ordeal_pidfd_wait(int pidfd, int no_hang, int *code, int *status)
{
    siginfo_t info;
    memset(&info, 0, sizeof info);
    int flags = WEXITED | (no_hang ? WNOHANG : 0);
    int got;
    do
        got = waitid(P_PIDFD, (id_t)pidfd, &info, flags);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return -1;
    if (info.si_pid == 0)
        return 0;
    *code = info.si_code;
    *status = info.si_status;
    return 1;
}

int ordeal_reap_group(int group)
{
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_PGID, (id_t)group, &info, WEXITED | WNOHANG) < 0)
        return -1;
    return info.si_pid;
}

int ordeal_become_subreaper(void)
{
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

int ordeal_leave_subreaper(void)
{
    return prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
}

int64_t ordeal_receive_with_pid(int socket, void *buffer, size_t size, int flags, int *pid)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(64 * sizeof(int))];
    } control;
    struct iovec part = {.iov_base = buffer, .iov_len = size};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    *pid = 0;
    ssize_t count = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
    if (count < 0)
        return count;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET)
            continue;
        if (header->cmsg_type == SCM_CREDENTIALS) {
            struct ucred credentials;
            memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
            *pid = credentials.pid;
        } else if (header->cmsg_type == SCM_RIGHTS) {
            size_t descriptors = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (size_t i = 0; i < descriptors; i++) {
                int descriptor;
                memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
                close(descriptor);
            }
        }
    }
    return count;
}
