#!/usr/bin/env python3
"""free_ports - loopback ports for the servers that tests start, each given to one test at a time

    free_ports.py COUNT FAMILIES DIRECTORY

Prints COUNT ports that are free for IPv4 (FAMILIES is 1) or for both families (2). As long as DIRECTORY exists nobody
else is given them here: between the choice and the moment when a server listens, and where none ever is to listen.
They are below those that the kernel gives to outgoing connections, and below 32768, where Zabbix's end.
"""
import fcntl
import os
import random
import socket
import stat
import sys

# which directory has a port: a link with its number to it
TAKEN = "/tmp/mailflow-ports-%d" % os.getuid()
LOWEST, HIGHEST = 20000, 29999
PLACES = ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::1"))


def open_taken():
    """The descriptor holds a lock."""
    try:
        os.mkdir(TAKEN, 0o700)
    except FileExistsError:
        pass
    descriptor = os.open(TAKEN, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    facts = os.fstat(descriptor)
    if facts.st_uid != os.getuid() or stat.S_IMODE(facts.st_mode) & 0o022:
        sys.exit("free_ports: others can write to " + TAKEN)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def is_free(port, places):
    for family, address in places:
        with socket.socket(family) as probe:
            try:
                probe.bind((address, port))
            except OSError:
                return False
    return True


def take(port, places, directory):
    path = os.path.join(TAKEN, str(port))
    if os.path.exists(path) or not is_free(port, places):
        return False
    if os.path.islink(path):    # to a directory that is gone
        os.unlink(path)
    os.symlink(os.path.abspath(directory), path)
    return True


def free_ports(count, directory, families=1):
    found, taken = [], open_taken()
    try:
        while len(found) < count:
            port = random.randint(LOWEST, HIGHEST)
            if take(port, PLACES[:families], directory):
                found.append(port)
    finally:
        os.close(taken)
    return found


if __name__ == "__main__":
    print(*free_ports(int(sys.argv[1]), sys.argv[3], int(sys.argv[2])))
