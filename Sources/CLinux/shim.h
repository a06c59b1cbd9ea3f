#pragma once
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>

// accept4(2) is a GNU extension that the headers hide: one call instead of accept and two fcntl. _GNU_SOURCE stays
// undefined here, because it would change types (fd_set) that the Glibc module has under the same name.
int accept4(int, struct sockaddr *, socklen_t *, int);

static inline int CLinux_accept(int listener) {
    return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// malloc_trim(3) is glibc's own, and no part of its module.
static inline void CLinux_trimHeap(void) {
    malloc_trim(0);
}

// prctl(2) is variadic, which Swift cannot call. The kernel takes the first 15 bytes.
static inline int CLinux_nameThread(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0);
}
