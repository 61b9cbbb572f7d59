"""chat_resolver.py - the resolver that a chat's `resolver` lines describe, as variables for the command's environment.

It is chat_resolver.c, compiled when the first chat needs it.
"""
import os
import shlex
import shutil
import subprocess

import chat_peer

HERE = os.path.dirname(os.path.abspath(__file__))


class Resolver:
    def __init__(self, directory, lock):
        self.path, self.lock = os.path.join(directory, "resolver.so"), lock

    def need_library(self):
        with self.lock:
            compiler = shlex.split(os.environ.get("CC", "cc"))
            if os.path.exists(self.path):
                return
            if not shutil.which(compiler[0]):
                raise chat_peer.Skipped("no compiler for the resolver")
            subprocess.run(compiler + ["-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-o", self.path,
                                       os.path.join(HERE, "chat_resolver.c"), "-ldl"], check=True)

    def environment(self, names, slow):
        """names: (name, seconds or None for never, addresses); the sanitizers want to come first in LD_PRELOAD."""
        if not names:
            return {}
        self.need_library()
        lines = ["%s %d%s" % (name, -1 if seconds is None else 1000 * seconds * slow,
                              "".join(" " + address for address in addresses))
                 for name, seconds, addresses in names]
        return {"LD_PRELOAD": self.path, "CHAT_RESOLVER": "\n".join(lines),
                "ASAN_OPTIONS": ":".join([os.environ.get("ASAN_OPTIONS", ""), "verify_asan_link_order=0"])}
