/* remote_ranges.h - the addresses that a receive connector lets connect (RemoteIPRanges), and
 * whether this host has one of them */
#ifndef MAILFLOW_REMOTE_RANGES_H
#define MAILFLOW_REMOTE_RANGES_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether one of the ranges holds the address: FIRST-LAST, ADDRESS/BITS or ADDRESS. What cannot be
 * understood holds none. */
bool remote_ranges_hold(char *const *ranges, size_t count, const struct in6_addr *address);

/* The same for any address of this host (IPv4 ones as ::ffff:192.0.2.1); true also where they
 * cannot be told. */
bool remote_ranges_admit_us(char *const *ranges, size_t count);

#endif
