"""chat_peer.py - a server that speaks from a script, and is strict about what it hears.

A peer owns its listening sockets and one thread. It fails at the first line that the script does not expect, at
bytes that nobody asked for, at a connection too many, and when the script was not played to its end.
"""
import base64
import contextlib
import os
import re
import select
import signal
import socket
import ssl
import struct
import threading
import time

from chat_script import VARIABLE, glob_regex, unescape

RECV_SIZE = 65536
SHOWN = 160


class Failed(Exception):
    """The client did what the script does not say."""


class Ended(Exception):
    """The process has ended, and nothing that is waited for can come any more."""


class Skipped(Exception):
    """This machine lacks what the chat needs."""


class Stage:
    """What the peers of one case share: variables, the clock, and whether the process still runs."""

    def __init__(self, variables, deadline, slow):
        self.variables = dict(variables)
        self.changed = threading.Condition()
        self.deadline = deadline
        self.slow = slow
        self.over = threading.Event()
        self.pid = None            # of the command
        self.wake_r, self.wake_w = socket.socketpair()
        self.failures = []
        self.clear = []            # (peer, bytes): what clients sent before TLS

    def set(self, name, value):
        with self.changed:
            self.variables[name] = value
            self.changed.notify_all()

    def wait(self, names):
        with self.changed:
            while not all(name in self.variables for name in names):
                if self.over.is_set():
                    missing = [name for name in names if name not in self.variables]
                    raise Ended("$%s was not set before the command ended" % missing[0])
                self.changed.wait(0.05)

    def start(self, pid):
        with self.changed:
            self.pid = pid
            self.changed.notify_all()

    def signal(self, name):
        """Send the command a signal, unless an earlier one has ended it."""
        with self.changed:
            while not self.pid:
                self.changed.wait()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.Signals["SIG" + name])

    def finish(self):
        """The process has ended."""
        with self.changed:
            self.over.set()
            self.changed.notify_all()
        self.wake_w.send(b"!")

    def close(self):
        self.wake_r.close()
        self.wake_w.close()

    def left(self):
        return max(self.deadline - time.monotonic(), 0.01)

    # ---- text with variables ----

    def value(self, function, name, own):
        value = own.get(name, self.variables.get(name))
        if function == "literal":
            return b"{%d}\r\n" % len(value) + value
        if function == "size":
            return b"%d" % len(value)
        if function == "b64":
            return base64.b64encode(value)
        if function == "unb64":
            return base64.b64decode(value)
        return value

    def expand(self, text, own):
        """The bytes of a line to be sent; waits for variables that another peer will set."""
        names = [m.group(1) or m.group(3) for m in VARIABLE.finditer(text)]
        self.wait([name for name in names if name not in own])
        result, at = b"", 0
        for match in VARIABLE.finditer(text):
            result += unescape(text[at:match.start()])
            result += self.value(match.group(2), match.group(1) or match.group(3), own)
            at = match.end()
        return result + unescape(text[at:])

    def match(self, pattern, line, own):
        """Whether the glob takes the whole line; binds $TAG and names that are not set yet."""
        regex, at, bound = b"", 0, []
        for found in VARIABLE.finditer(pattern):
            regex += self.glob(pattern[at:found.start()])
            name = found.group(1) or found.group(3)
            if name == "TAG":
                regex += rb"(?P<TAG>[!-~]+)"
                bound.append(name)
            elif name in own or name in self.variables:
                regex += re.escape(self.value(found.group(2), name, own))
            else:
                regex += b"(?P<" + name.encode() + b">.*?)"
                bound.append(name)
            at = found.end()
        matched = re.fullmatch(regex + self.glob(pattern[at:]), line, re.S)
        if not matched:
            return False
        for name in bound:
            if name == "TAG":
                self.bind_tag(matched.group("TAG"), own)
            else:
                self.set(name, matched.group(name))
        return True

    @staticmethod
    def bind_tag(tag, own):
        if tag in own["tags"]:
            raise Failed("tag used twice: %s" % tag.decode())
        own["tags"].add(tag)
        for name, before in (("TAG4", "TAG3"), ("TAG3", "TAG2"), ("TAG2", "TAG")):
            if before in own:
                own[name] = own[before]
        own["TAG"] = tag

    @staticmethod
    def glob(text):
        """Escapes are bytes, \\* is a star, * is anything."""
        parts = re.split(r"(\\\*|\*)", text)
        table = {"*": b".*", "\\*": rb"\*"}
        return b"".join(table[p] if p in table else re.escape(unescape(p)) for p in parts)


class Link:
    """One connection: lines in, bytes out, in the clear or over TLS. Keeps what was said for the report."""

    def __init__(self, sock, stage, label):
        self.sock, self.stage, self.label = sock, stage, label
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.tls = False
        self.server_name = None
        self.unread = b""
        self.ended = False
        self.chunk, self.gap = 0, 0.0
        self.delay, self.heard = 0.0, False
        self.said = []
        self.kept = False          # open while the next one is played

    def note(self, side, data):
        text = data.decode("utf-8", "backslashreplace") if isinstance(data, bytes) else data
        text = "".join(c if c.isprintable() else "\\x%02x" % ord(c) for c in text)
        self.said.append("%s %s" % (side, text if len(text) <= SHOWN else text[:SHOWN] + "..."))

    # ---- reading ----

    def fill(self):
        """Read more; False at the end of the stream, however it came."""
        if self.ended:
            return False
        try:
            self.sock.settimeout(self.stage.left())
            data = self.sock.recv(RECV_SIZE)
        except TimeoutError:
            raise Failed("nothing more came before the time was up")
        except OSError:
            data = b""
        if not data:
            self.ended = True
            return False
        if not self.tls:
            self.stage.clear.append((self.label, data))
        self.unread += data
        return True

    def has_input(self, seconds):
        """Whether something comes in that time; the end of the stream counts."""
        if self.unread or (self.tls and self.sock.pending()):
            return True
        return bool(select.select([self.sock], [], [], seconds)[0])

    def read_line(self):
        while b"\n" not in self.unread:
            if not self.fill():
                if self.unread:
                    raise Failed("the client closed within a line: %r" % self.unread)
                return None
        line, _, self.unread = self.unread.partition(b"\n")
        self.heard = True
        if not line.endswith(b"\r"):
            raise Failed("line without CR: %r" % line)
        self.note("C:", line[:-1])
        return line[:-1]

    def read_exactly(self, count):
        while len(self.unread) < count:
            if not self.fill():
                raise Failed("the client closed after %r" % self.unread)
        data, self.unread = self.unread[:count], self.unread[count:]
        self.note("C+:", data)
        return data

    def read_to_end(self):
        while self.fill():
            pass
        data, self.unread = self.unread, b""
        return data

    # ---- writing ----

    def send(self, data):
        """Send, in pieces if so asked. That the client is gone is not noticed here: what it should have said is
        missed by the next line of the script."""
        self.note("S:" if data.endswith(b"\r\n") else "S+:", data[:-2] if data.endswith(b"\r\n") else data)
        if self.heard and self.delay and self.stage.over.wait(self.delay):
            return False
        self.heard = False
        pieces = [data]
        if self.chunk:
            pieces = [data[i:i + self.chunk] for i in range(0, len(data), self.chunk)]
        for number, piece in enumerate(pieces):
            if self.gap and number and self.stage.over.wait(self.gap):
                return False
            if not self.send_raw(piece):
                return False
        return True

    def send_raw(self, data):
        try:
            self.sock.settimeout(self.stage.left())
            self.sock.sendall(data)
        except OSError:
            return False
        return True

    # ---- TLS ----

    def start_tls(self, context):
        if self.unread:
            raise Failed("bytes before the TLS handshake: %r" % self.unread)
        context.sni_callback = self.note_name
        self.note("--", "TLS handshake")
        self.sock.settimeout(self.stage.left())
        try:
            self.sock = context.wrap_socket(self.sock, server_side=True)
        except (OSError, ValueError) as error:
            self.ended = True
            return str(error)
        self.tls = True
        return None

    def note_name(self, _sock, name, _context):
        self.server_name = name

    # ---- ends ----

    def close(self):
        """An orderly end: close_notify under TLS, then FIN."""
        if self.tls and not self.ended:
            try:
                self.sock.settimeout(0.1)
                self.sock.unwrap()
            except (OSError, ValueError):
                pass
        self.cut()

    def cut(self):
        """FIN without close_notify"""
        try:
            socket.socket.shutdown(self.sock, socket.SHUT_WR)
        except OSError:
            pass
        self.note("--", "closed by the server")
        self.sock.close()
        self.ended = True

    def reset(self):
        try:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
        self.note("--", "reset by the server")
        self.sock.close()
        self.ended = True


class Play:
    """One connection's script being played."""

    def __init__(self, link, stage, certificates, next_waits):
        self.link, self.stage, self.certificates, self.next_waits = link, stage, certificates, next_waits
        self.own = {"tags": set()}
        self.rules = []
        self.finished = False      # the connection is over: nothing may follow

    def run(self, script):
        for step in script:
            if self.finished:
                raise Failed("%s: the script goes on behind its end: %s" % (step.where, step))
            try:
                self.step(step)
            except (Failed, Ended) as failure:
                text = str(failure)
                raise type(failure)(text if ".chat:" in text or ".inc:" in text
                                    else "%s: %s" % (step.where, text))
        if not self.finished:
            self.expect_eof()

    def step(self, step):
        name = {"S:": "say", "S+:": "say_raw", "C:": "hear", "C+:": "hear_raw", "C~:": "hear_regex",
                "C-data": "hear_data", "C-chunk": "hear_chunk",
                "silence": "expect_eof"}.get(step.verb)
        method = getattr(self, name or step.verb.replace("-", "_"))
        if step.verb in ("repeat", "on"):
            method(step.arg, step.block)
        elif step.arg or step.verb in ("S:", "C:", "S+:"):
            method(step.arg)
        else:
            method()

    # ---- saying ----

    def say(self, text):
        self.link.send(self.stage.expand(text, self.own) + b"\r\n")

    def say_raw(self, text):
        self.link.send(self.stage.expand(text, self.own))

    def flood(self, arg, end=b"\r\n"):
        """flood COUNT|forever TEXT"""
        count, _, text = arg.partition(" ")
        line = self.stage.expand(text, self.own) + end
        self.link.note("S:", "%s, %s times" % (line[:40].decode("latin-1"), count))
        left = float("inf") if count == "forever" else int(count)
        while left > 0:
            batch = int(min(left, max(1, 65536 // len(line))))
            if not self.link.send_raw(line * batch):
                return
            left -= batch

    def flood_bytes(self, arg):
        self.flood(arg, b"")

    def trickle(self, arg):
        """trickle BYTES [SECONDS]: from now on send so many bytes at once; trickle off"""
        words = arg.split()
        self.link.chunk = 0 if words[0] == "off" else int(words[0])
        self.link.gap = float(words[1]) if len(words) > 1 else 0.0

    def answers_after(self, seconds):
        self.link.delay = float(seconds)

    def pause(self, seconds):
        self.stage.over.wait(float(seconds) * self.stage.slow)

    # ---- hearing ----

    def signal(self, name):
        self.link.note("--", "SIG%s to the client" % name)
        self.stage.signal(name)

    def quiet(self, seconds):
        if self.link.has_input(float(seconds)):
            raise Failed("the client did not wait: %s" % printable(self.link.read_line() or b""))

    def on(self, pattern, block):
        self.rules.insert(0, (pattern, block))

    def off(self, pattern=None):
        self.rules = [rule for rule in self.rules if pattern is not None and rule[0] != pattern]

    def repeat(self, count, block):
        left = float("inf") if count == "forever" else int(count)
        while left > 0 and not self.finished:
            for step in block:
                self.step(step)
            left -= 1

    def answered_by_rule(self, line):
        for pattern, block in self.rules:
            if self.stage.match(pattern, line, self.own):
                for step in block:
                    self.step(step)
                return True
        return False

    def hear_with(self, expected, matches):
        while True:
            line = self.link.read_line()
            if line is None:
                raise Failed("expected: %s\n     but the client closed" % expected)
            if matches(line):
                return
            if not self.answered_by_rule(line):
                raise Failed("expected: %s\n     got:      %s" % (expected, printable(line)))

    def hear(self, pattern):
        self.hear_with(pattern, lambda line: self.stage.match(pattern, line, self.own))

    def hear_regex(self, pattern):
        regex = re.compile(pattern.encode())

        def matches(line):
            found = regex.fullmatch(line)
            if not found:
                return False
            for name, value in found.groupdict().items():
                if name == "TAG":
                    self.stage.bind_tag(value, self.own)
                else:
                    self.stage.set(name, value)
            return True

        self.hear_with(pattern, matches)

    def hear_raw(self, text):
        wanted = self.stage.expand(text, self.own)
        got = self.link.read_exactly(len(wanted))
        if got != wanted:
            raise Failed("expected: %s\n     got:      %s" % (printable(wanted), printable(got)))

    def hear_data(self, name):
        """A message as SMTP sends it: up to the lone dot, dots unstuffed (RFC 5321 section 4.5.2)."""
        text = b""
        while True:
            line = self.link.read_line()
            if line is None:
                raise Failed("the client closed within the message")
            if line == b".":
                break
            if line.startswith(b"."):
                line = line[1:]
                if not line.startswith(b"."):
                    raise Failed("a dot that was not doubled: .%s" % printable(line))
            text += line + b"\r\n"
        self.stage.set(name, text)

    def hear_chunk(self, name):
        """A message as SMTP sends it with BDAT: so many bytes as it says (RFC 3030 section 2)."""
        line = self.link.read_line()
        found = re.fullmatch(rb"BDAT ([0-9]+) LAST", line or b"")
        if not found:
            raise Failed("expected: BDAT * LAST\n     got:      %s" % (printable(line) if line is not None else "nothing"))
        self.stage.set(name, self.link.read_exactly(int(found.group(1))))

    # ---- variables ----

    def wait(self, names):
        self.stage.wait(names.split())

    def capture(self, arg):
        """capture NAME FROM REGEX: the first group, lines by ^ and $"""
        name, source, regex = arg.split(None, 2)
        self.stage.wait([source])
        found = re.search(regex.encode(), self.stage.variables[source].replace(b"\r\n", b"\n"), re.M)
        if not found:
            raise Failed("$%s does not match %s" % (source, regex))
        self.stage.set(name, found.group(1) if found.groups() else found.group(0))

    def fields(self, arg):
        """fields NAME FROM FIELD...: as BODY[HEADER.FIELDS (FIELD ...)] gives them"""
        name, source, *wanted = arg.split()
        self.stage.wait([source])
        header = self.stage.variables[source].split(b"\r\n\r\n", 1)[0]
        found = re.findall(rb"[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", header + b"\r\n")
        keep = [f for f in found if f.split(b":")[0].decode().upper() in [w.upper() for w in wanted]]
        self.stage.set(name, b"".join(keep) + b"\r\n")

    def make(self, arg):
        name, _, text = arg.partition(" = ")
        self.stage.set(name, self.stage.expand(text, self.own))

    # ---- TLS ----

    def context(self, arg):
        words = arg.split()
        return self.certificates.context(words[0], words[1] if len(words) > 1 else None)

    def tls(self, arg):
        problem = self.link.start_tls(self.context(arg))
        if problem:
            raise Failed("the TLS handshake failed: %s" % problem)

    def tls_refused(self, arg):
        """The client must not go on: with TLS 1.3 it learns what is wrong when the server is done."""
        self.link.start_tls(self.context(arg))
        self.expect_eof()

    def expect_sni(self, name):
        sent = self.link.server_name or "none"
        if sent != name:
            raise Failed("expected the server name %s, got %s" % (name, sent))

    # ---- ends ----

    def expect_eof(self):
        data = self.link.read_to_end()
        self.finished = True
        if data:
            raise Failed("nothing more was expected, but the client sent: %s" % printable(data))

    def stays_open(self):
        while not self.next_waits(self.link):
            line = self.link.read_line()
            if line is None:
                raise Failed("the client closed before it connected anew")
            if not self.answered_by_rule(line):
                raise Failed("the client was to connect anew, but said: %s" % printable(line))
        self.link.kept = self.finished = True

    def ignore_rest(self):
        self.link.read_to_end()
        self.finished = True

    def close(self):
        self.link.close()
        self.finished = True

    def cut(self):
        self.link.cut()
        self.finished = True

    def reset(self):
        self.link.reset()
        self.finished = True


def printable(data):
    text = data.decode("utf-8", "backslashreplace")
    text = "".join(c if c.isprintable() else "\\x%02x" % ord(c) for c in text)
    return text if len(text) <= 4 * SHOWN else text[:4 * SHOWN] + "..."


class Server(threading.Thread):
    """A peer of one case: listens on loopback, and plays its connections one after the other."""

    def __init__(self, peer, stage, certificates):
        super().__init__(daemon=True)
        self.peer, self.stage, self.certificates = peer, stage, certificates
        self.links = []
        self.listeners = []
        self.port = 0
        for address in peer.addresses:
            self.bind(address)

    def bind(self, address):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            listener = socket.socket(family, socket.SOCK_STREAM)
            self.listeners.append(listener)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind((address, self.port))
        except OSError as error:
            if family == socket.AF_INET6:
                raise Skipped("no IPv6 here: %s" % error)
            raise
        self.port = listener.getsockname()[1]
        if self.peer.kind != "absent":     # bound but not listening: connections are refused
            listener.listen(64)

    def accept(self):
        """The next connection; None when the process has ended without one."""
        while True:
            ready, _, _ = select.select(self.listeners + [self.stage.wake_r], [], [], self.stage.left())
            for listener in ready:
                if listener is not self.stage.wake_r:
                    return listener.accept()[0]
            return None

    def next_waits(self, link):
        """Wait for a new connection, or for something on this one; whether it is a new one alone."""
        ends = [link.sock, self.stage.wake_r]
        while not link.has_input(0):
            ready, _, _ = select.select(self.listeners + ends, [], [], self.stage.left())
            if not set(ready) & set(ends):
                return bool(ready)
            if link.sock not in ready:
                break
        return False

    def end_kept(self):
        """Nothing may have come on them."""
        for link in self.links:
            data = link.read_to_end() if link.kept else b""
            link.sock.close()
            if data:
                raise Failed("on a connection that was to stay open the client sent: %s" % printable(data))

    def fail(self, text):
        self.stage.failures.append("peer %s: %s" % (self.peer.name or "(main)", text))

    def run(self):
        try:
            if self.peer.kind == "absent":
                select.select([self.stage.wake_r], [], [], self.stage.left())    # the port is nobody else's
            else:
                self.serve()
        except (Failed, Ended) as failure:
            self.fail(str(failure))
        except Exception as error:         # a fault in the harness or in the script must not pass
            self.fail("%s: %s" % (type(error).__name__, error))
        for listener in self.listeners:
            listener.close()

    def serve(self):
        scripts = self.peer.connections if self.peer.is_scripted() else []
        for number, script in enumerate(scripts):
            sock = self.accept()
            if sock is None:
                raise Ended("%s: no connection came (%d of %d)" %
                            (script[0].where if script else self.peer.where, number + 1, len(scripts)))
            self.play(sock, script)
        sock = self.accept()
        while sock is not None and self.peer.again:
            self.play(sock, scripts[-1])
            sock = self.accept()
        if sock is not None:
            sock.close()
            raise Failed("a connection more than the script has")
        self.end_kept()

    def play(self, sock, script):
        link = Link(sock, self.stage, self.peer.name)
        self.links.append(link)
        try:
            Play(link, self.stage, self.certificates, self.next_waits).run(script)
        finally:
            if not link.kept:
                link.sock.close()
