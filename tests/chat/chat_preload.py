"""chat_preload.py - what is preloaded into every command under test: the network that a chat's `resolver` and
`unreachable` lines describe (chat_network.c), helper programs that are the chat's files (chat_tools.c), and an eye for
descriptors that stay open (chat_left_open.c).

All are one library, compiled when the first chat needs it.
"""
import os
import shlex
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = [os.path.join(HERE, name) for name in ("chat_left_open.c", "chat_network.c", "chat_tools.c")]


class Preload:
    def __init__(self, directory, lock):
        self.path, self.lock = os.path.join(directory, "preload.so"), lock

    def need_library(self):
        with self.lock:
            if not os.path.exists(self.path):
                subprocess.run(shlex.split(os.environ.get("CC", "cc")) +
                               ["-D_GNU_SOURCE", "-shared", "-fPIC", "-o", self.path] + SOURCES + ["-ldl"], check=True)

    def environment(self, case, slow, tools):
        """The sanitizers want to come first in LD_PRELOAD, and do not need to."""
        self.need_library()
        names = ["%s %d%s" % (name, -1 if seconds is None else 1000 * seconds * slow,
                              "".join(" " + address for address in addresses))
                 for name, seconds, addresses in case.resolver]
        return {"LD_PRELOAD": self.path, "CHAT_RESOLVER": "\n".join(names),
                "CHAT_UNREACHABLE": " ".join(case.unreachable), "CHAT_TOOLS": tools,
                "ASAN_OPTIONS": ":".join([os.environ.get("ASAN_OPTIONS", ""), "verify_asan_link_order=0"])}
