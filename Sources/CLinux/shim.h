#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sys/epoll.h>
#include <sys/socket.h>

// accept4(2) is a GNU extension that the Glibc module does not show: one call instead of accept and two fcntl.
int accept4(int, struct sockaddr *, socklen_t *, int);

static inline int CLinux_accept(int listener) {
    return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
