"""chat_network.py - the network that a chat's `resolver` and `unreachable` lines describe, as variables for the
command's environment.

It is chat_network.c, compiled when the first chat needs it.
"""
import os
import shlex
import shutil
import subprocess

import chat_peer

HERE = os.path.dirname(os.path.abspath(__file__))


class Network:
    def __init__(self, directory, lock):
        self.path, self.lock = os.path.join(directory, "network.so"), lock

    def need_library(self):
        with self.lock:
            compiler = shlex.split(os.environ.get("CC", "cc"))
            if os.path.exists(self.path):
                return
            if not shutil.which(compiler[0]):
                raise chat_peer.Skipped("no compiler for the network")
            subprocess.run(compiler + ["-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-o", self.path,
                                       os.path.join(HERE, "chat_network.c"), "-ldl"], check=True)

    def environment(self, case, slow):
        """The sanitizers want to come first in LD_PRELOAD, and do not need to."""
        if not case.resolver and not case.unreachable:
            return {}
        self.need_library()
        names = ["%s %d%s" % (name, -1 if seconds is None else 1000 * seconds * slow,
                              "".join(" " + address for address in addresses))
                 for name, seconds, addresses in case.resolver]
        return {"LD_PRELOAD": self.path, "CHAT_RESOLVER": "\n".join(names),
                "CHAT_UNREACHABLE": " ".join(case.unreachable),
                "ASAN_OPTIONS": ":".join([os.environ.get("ASAN_OPTIONS", ""), "verify_asan_link_order=0"])}
