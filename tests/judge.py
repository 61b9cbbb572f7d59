"""judge - what the tests have in common that run other people's programs: to count what holds, to write files for these
programs, to wait for them, and to end them
"""
import contextlib
import ctypes
import importlib.machinery
import importlib.util
import os
import signal
import sys
import tempfile
import time

PATIENCE = 120
PR_SET_CHILD_SUBREAPER = 36
passed = failed = 0


def check(ok, what):
    """what says what does not hold, with all that helps to find out why."""
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("not ok " + what)


def conclude():
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(failed > 0)


def leave_out(why):
    """Ends the program as one that was skipped."""
    print(why)
    sys.exit(77)


def load(name):
    """Another test, whose parts are of use here."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def write(path, text, mode=0o644):
    """With the directory that it is in."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.chmod(path, mode)


def read(path):
    with open(path, encoding="utf-8", errors="replace") as stream:
        return stream.read()


def wait_for(value):
    """What value() returns as soon as that is true, or after PATIENCE."""
    until = time.monotonic() + PATIENCE
    while True:
        found = value()
        if found or time.monotonic() > until:
            return found
        time.sleep(0.1)


@contextlib.contextmanager
def workplace():
    """A private directory, with which everything goes that was started meanwhile, whatever ends the test. An engine's
    workers and what it runs have sessions of their own: they become children of this process, see prctl(2)."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as top:
        os.chmod(top, 0o755)
        try:
            yield top
        finally:
            end_children()


def end_children():
    while True:
        children = read("/proc/self/task/%d/children" % os.getpid()).split()
        if not children:
            return
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        os.waitpid(-1, 0)
