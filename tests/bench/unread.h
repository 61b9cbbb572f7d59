/* unread.h - what the other end of a connection has not read yet. Where the kernel does not tell
 * the program ends. */
#ifndef MAILFLOW_UNREAD_H
#define MAILFLOW_UNREAD_H

enum { UNREAD_GONE = -1 };

/* A socket to ask the kernel by. */
int unread_begin(void);

/* The bytes that the other end of this connection, a process of this machine, has not read yet;
 * UNREAD_GONE: that end is gone. IPv4 only. */
long unread(int diag, int fd);

#endif
