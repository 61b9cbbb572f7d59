"""chat_script.py - reads *.chat files: script, command, and the exact bytes and exit code expected.

The language is described in `run`. A file becomes a list of Case; nothing here touches a socket.
"""
import os
import re

import chat_logon

PEER_WORDS = ("absent", "unused")
# verb -> whether its argument is taken as bytes with escapes, as a pattern, or as it is
BYTES = ("S:", "S+:", "flood", "flood-bytes")
PATTERNS = ("C:", "C+:")
STEPS = BYTES + PATTERNS + (
    "C~:", "C-data", "C-chunk", "capture", "fields", "make", "wait", "pause", "answers-after", "quiet", "trickle", "tls",
    "tls-refused", "expect-sni", "close", "cut", "reset", "expect-eof", "silence", "ignore-rest", "stays-open", "repeat",
    "on", "off", "signal")
BLOCKS = ("repeat", "on")
STDOUTS = ("closed", "full", "gone", "stuck", "stuck-nonblocking")
CASE = ("exit", "out", "out*", "out!", "err", "within", "never", "secret", "terminal", "typed", "stdin", "fifo",
        "limit", "resolver", "unreachable", "raw-output", "plaintext-ok", "shows", "hesitates", "signal-after",
        "ignores", "stdout", "holds", "labels")

ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|[rnt0\\])")
VARIABLE = re.compile(r"\$(?:([A-Z][A-Z0-9_]*)|\{(?:([a-z0-9]+):)?([A-Za-z][A-Za-z0-9_]*)\})")


class ScriptError(Exception):
    pass


class Step:
    """One line of a peer's script; block holds the indented lines below it."""

    def __init__(self, where, verb, arg):
        self.where, self.verb, self.arg = where, verb, arg
        self.block = []

    def __str__(self):
        return "%s %s" % (self.verb, self.arg) if self.arg else self.verb


class Peer:
    def __init__(self, name, where):
        self.name, self.where = name, where
        self.kind = ""            # "", "absent", "unused"
        self.addresses = ["127.0.0.1"]
        self.connections = [[]]
        self.again = False        # the last one's steps are for all further connections too

    def is_scripted(self):
        return self.kind == "" and any(self.connections)


class Case:
    """One command with the peers it meets and what it must come to."""

    def __init__(self):
        self.where = ""
        self.run = None
        self.peers = {}
        self.variables = {}
        self.defines = {}
        self.env = {}
        self.files = []            # (name, bytes, mode)
        self.fifos = []            # (name, bytes, seconds); None: nobody writes to it
        self.exit = None
        self.out = []              # globs for the first lines
        self.out_all = []          # (wanted, glob) for the whole output
        self.holds = []            # (name, glob) for a file
        self.labels = []           # of the performance data: a glob each
        self.shows = []            # globs for what appears on the terminal
        self.err = ""
        self.within = None
        self.never = []
        self.secrets = []
        self.hesitates = 0.0       # seconds before they are typed
        self.terminal = None       # pieces of bytes typed, when there is a controlling terminal
        self.signals = []          # (seconds, name)
        self.ignores = []          # names of signals
        self.stdout = ""           # "", or one of STDOUTS
        self.stdin = b""
        self.limits = []
        self.resolver = []         # (name, seconds or None for never, addresses)
        self.unreachable = []
        self.raw_output = False
        self.plaintext_ok = False

    def peer(self, name, where):
        if name not in self.peers:
            self.peers[name] = Peer(name, where)
        return self.peers[name]


def unescape(text):
    """\\r \\n \\t \\0 \\\\ and \\xNN; any other backslash stands for itself, as in \\Deleted."""
    simple = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}
    result, at = b"", 0
    for match in ESCAPE.finditer(text):
        code = match.group(1)
        result += text[at:match.start()].encode()
        result += simple[code] if code in simple else bytes([int(code[1:], 16)])
        at = match.end()
    return result + text[at:].encode()


def glob_regex(pattern):
    """A glob in which * stands for anything (line ends too) and \\* for a star."""
    parts = re.split(r"(\\\*|\*)", pattern)
    table = {"*": ".*", "\\*": re.escape("*")}
    return re.compile("".join(table.get(p, re.escape(p)) for p in parts), re.S)


def read_lines(path, directory):
    """(place, text) of each line, with includes put in their place."""
    name = os.path.basename(path)
    try:
        with open(path, encoding="utf-8") as stream:
            lines = stream.read().split("\n")
    except OSError as error:
        raise ScriptError("%s: %s" % (path, error.strerror))
    for number, text in enumerate(lines, 1):
        where = "%s:%d" % (name, number)
        if text.startswith("include "):
            yield from read_lines(os.path.join(directory, text[8:].strip()), directory)
        else:
            yield where, text


class Parser:
    def __init__(self, path):
        self.path = path
        self.directory = os.path.dirname(os.path.abspath(path))
        self.common = []           # lines before the first "run" belong to every case
        self.case = None

    def cases(self):
        lines = list(read_lines(self.path, self.directory))
        starts = [i for i, (_, text) in enumerate(lines) if text.startswith("run ") or chat_logon.begins(text)]
        if not starts:
            raise ScriptError("%s: no run line" % os.path.basename(self.path))
        prelude = lines[:starts[0]]
        ends = starts[1:] + [len(lines)]
        return [self.one_case(prelude + case, lines[start][0])
                for start, end in zip(starts, ends) for case in self.over_protocols(lines[start:end])]

    def over_protocols(self, lines):
        """What begins with `run` is one case, with `logon` one for each protocol."""
        if not chat_logon.begins(lines[0][1]):
            return [lines]

        def include(name):
            return read_lines(os.path.join(self.directory, name), self.directory)

        return [list(chat_logon.expand(protocol, lines, include)) for protocol in chat_logon.PROTOCOLS]

    def one_case(self, lines, where):
        self.case = Case()
        self.case.where = where
        self.peer = None
        self.block = None
        at = 0
        while at < len(lines):
            at = self.line(lines, at)
        if self.case.exit is None:
            raise ScriptError("%s: no exit line" % where)
        self.check_variables()
        return self.case

    def line(self, lines, at):
        where, text = lines[at]
        stripped = text.strip()
        if not stripped or stripped.startswith("#"):
            return at + 1
        indented = text[0] in " \t"
        verb, _, arg = stripped.partition(" ")
        if indented:
            if self.block is None:
                raise ScriptError("%s: indented line below nothing" % where)
            self.block.block.append(self.step(where, verb, self.argument(text)))
            return at + 1
        self.block = None
        if verb in ("file", "message"):
            return self.file(lines, at, arg)
        if verb in STEPS:
            step = self.step(where, verb, self.argument(text))
            self.current(where).append(step)
            if verb in BLOCKS:
                self.block = step
            return at + 1
        self.statement(where, verb, self.argument(text))
        return at + 1

    @staticmethod
    def argument(text):
        """What stands behind the verb and one blank, trailing blanks included."""
        return text.lstrip().partition(" ")[2]

    @staticmethod
    def step(where, verb, arg):
        if verb not in STEPS:
            raise ScriptError("%s: unknown step: %s" % (where, verb))
        return Step(where, verb, arg)

    def current(self, where):
        if self.peer is None:
            self.peer = self.case.peer("", where)
        return self.peer.connections[-1]

    def statement(self, where, verb, arg):
        case = self.case
        if verb == "run":
            case.run = arg
        elif verb == "peer":
            words = arg.split()
            kinds = [word for word in words if word in PEER_WORDS]
            names = [word for word in words if word not in PEER_WORDS] or [""]
            if len(kinds) > 1 or len(names) > 1:
                raise ScriptError("%s: peer [NAME] [absent|unused]" % where)
            self.peer = case.peer(names[0], where)
            self.peer.kind = kinds[0] if kinds else ""
        elif verb == "connection":
            self.current(where)
            if arg not in ("", "again") or self.peer.again:
                raise ScriptError("%s: connection [again], and again only as the last" % where)
            self.peer.again = arg == "again"
            self.peer.connections.append([])
        elif verb == "listen":
            self.current(where)
            self.peer.addresses = arg.split()
        elif verb in ("let", "default"):
            name, equals, value = arg.partition("=")
            if not equals:
                raise ScriptError("%s: %s NAME = TEXT" % (where, verb))
            if verb == "let" or name.strip() not in case.variables:
                case.variables[name.strip()] = unescape(value[1:] if value[:1] == " " else value)
        elif verb == "define":
            name, _, text = arg.partition(" ")
            case.defines[name] = text
        elif verb == "env":
            name, _, value = arg.partition("=")
            case.env[name] = value
        elif verb in CASE:
            self.expectation(where, verb, arg)
        else:
            raise ScriptError("%s: unknown statement: %s" % (where, verb))

    def expectation(self, where, verb, arg):
        case = self.case
        try:
            if verb == "exit":
                case.exit = [int(code) for code in arg.split("|")]
            elif verb == "within":
                case.within = float(arg)
            elif verb == "hesitates":
                case.hesitates = float(arg)
        except ValueError:
            raise ScriptError("%s: not a number: %s" % (where, arg))
        if verb == "out":
            case.out.append(arg)
        elif verb == "out*":
            case.out_all.append((True, arg))
        elif verb == "out!":
            case.out_all.append((False, arg))
        elif verb == "labels":
            case.labels += arg.split()
        elif verb == "holds":
            case.holds.append(tuple(arg.split(None, 1)))
        elif verb == "shows":
            case.shows.append(arg)
        elif verb == "err":
            case.err = arg
        elif verb == "never":
            case.never.append(unescape(arg))
        elif verb == "secret":
            case.secrets.append(unescape(arg))
        elif verb == "terminal":
            case.terminal = case.terminal or []
        elif verb == "typed":
            case.terminal = (case.terminal or []) + [unescape(arg)]
        elif verb == "signal-after":
            seconds, name = arg.split()
            case.signals.append((float(seconds), name))
        elif verb == "ignores":
            case.ignores += arg.split()
        elif verb == "stdout":
            if arg not in STDOUTS:
                raise ScriptError("%s: stdout %s" % (where, "|".join(STDOUTS)))
            case.stdout = arg
        elif verb == "stdin":
            case.stdin += unescape(arg)
        elif verb == "fifo":
            head, equals, value = arg.partition("=")
            name, *delay = head.split()
            case.fifos.append((name, unescape(value.strip()) if equals else None, float(delay[0]) if delay else 0.2))
        elif verb == "limit":
            case.limits.append(arg.split())
        elif verb == "resolver":
            name, when, *addresses = arg.split()
            case.resolver.append((name, None if when == "never" else float(when), addresses))
        elif verb == "unreachable":
            case.unreachable += arg.split()
        elif verb == "raw-output":
            case.raw_output = True
        elif verb == "plaintext-ok":
            case.plaintext_ok = True

    def file(self, lines, at, arg):
        """file NAME [MODE] <<END ... END: text as it is; `message NAME <<END`: a variable with CRLF line ends;
        file NAME [MODE] = BYTES: with escapes"""
        where, text = lines[at]
        verb = text.split()[0]
        head, here, end = arg.partition("<<")
        if not here:
            head, equals, value = arg.partition("=")
            if not equals:
                raise ScriptError("%s: %s NAME <<END, or NAME = BYTES" % (where, verb))
            content = unescape(value[1:] if value[:1] == " " else value)
            at += 1
        else:
            body = []
            at += 1
            while at < len(lines) and lines[at][1].strip() != end.strip():
                body.append(lines[at][1])
                at += 1
            if at == len(lines):
                raise ScriptError("%s: no line %s" % (where, end.strip()))
            at += 1
            content = "".join(line + "\n" for line in body).encode()
        words = head.split()
        if verb == "message":
            self.case.variables[words[0]] = content.replace(b"\n", b"\r\n")
        else:
            mode = int(words[1], 8) if len(words) > 1 else 0o600
            self.case.files.append((words[0], content, mode))
        return at

    def check_variables(self):
        """A name that nothing ever sets would be waited for until the time is up."""
        known = {"TAG", "TAG2", "TAG3", "TAG4"} | set(self.case.variables)
        used = []
        steps = [step for peer in self.case.peers.values() for script in peer.connections
                 for top in script for step in [top] + top.block]
        for step in steps:
            names = [m.group(1) or m.group(3) for m in VARIABLE.finditer(step.arg)]
            if step.verb in PATTERNS or step.verb == "on":
                known.update(names)
            elif step.verb in ("C-data", "C-chunk", "capture", "fields", "make"):
                known.add(step.arg.split()[0])
            elif step.verb == "wait":
                used += [(step.where, name) for name in step.arg.split()]
            if step.verb in BYTES:
                used += [(step.where, name) for name in names]
        for where, name in used:
            if name not in known:
                raise ScriptError("%s: $%s is never set" % (where, name))


def parse(path):
    return Parser(path).cases()
