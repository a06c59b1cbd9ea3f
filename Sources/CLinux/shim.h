#pragma once
#include <sys/epoll.h>
#include <sys/socket.h>

// accept4(2) is a GNU extension that the headers hide: one call instead of accept and two fcntl. _GNU_SOURCE stays
// undefined here, because it would change types (fd_set) that the Glibc module has under the same name.
int accept4(int, struct sockaddr *, socklen_t *, int);

static inline int CLinux_accept(int listener) {
    return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
