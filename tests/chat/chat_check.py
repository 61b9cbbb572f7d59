"""chat_check.py - what a command's output must be: what the chat says, and what every monitoring engine needs.

check() returns a list of complaints; it is empty when all is well.
"""
import base64
import re

import chat_perfdata
from chat_script import glob_regex, unescape

OUTPUT_MAX = 4000
STATES = {"OK": 0, "WARNING": 1, "CRITICAL": 2, "UNKNOWN": 3}
STATUS = re.compile(r"(IMAP|POP|SMTP) (OK|WARNING|CRITICAL|UNKNOWN)( - |:|$)")
BASE64 = re.compile(rb"[A-Za-z0-9+/]{4,}={0,2}")


def code_of(state, command):
    """--exit-codes=health is for containers, which know two."""
    code = STATES[state]
    return int(code > 1) if "--exit-codes=health" in command else code


def engine_rules(text, code, command):
    """Nagios, Icinga and Zabbix read the output: one status line, clean, its state that of the exit code."""
    problems = []
    first = text.split("\n", 1)[0]
    if not first.strip():
        problems.append("the first line of the output is empty")
    if len(text.encode()) > OUTPUT_MAX:
        problems.append("the output has %d bytes, engines take %d" % (len(text.encode()), OUTPUT_MAX))
    status = STATUS.match(first)
    if not status:
        return problems + ["not a status line: %s" % first]
    if code_of(status.group(2), command) != code:
        problems.append("the status line says %s, the exit code is %d" % (status.group(2), code))
    if text.count("|") > 1:
        problems.append("more than one | in the output")
    sentence, bar, perfdata = first.partition("|")
    if "|" in text and not bar:
        problems.append("a | in the long lines")
    if re.search(r"[;<>]|  ", sentence.rstrip()):
        problems.append("; < > or two blanks in the status line: %s" % sentence)
    if bar:
        problems += chat_perfdata.problems(perfdata[1:], status.group(1))
    return problems


def clean_text(data, stream):
    """The output as text, and complaints about bytes that no output may have."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("utf-8", "backslashreplace"), ["%s is not UTF-8" % stream]
    bad = sorted({c for c in text if (ord(c) < 32 and c != "\n") or 0x7f <= ord(c) <= 0x9f})
    return text, ["control characters in %s: %s" % (stream, ", ".join("U+%04X" % ord(c) for c in bad))] if bad else []


def holds_secret(data, secret):
    """Whether data has the secret, as it is or within base64."""
    if secret in data:
        return True
    for token in BASE64.findall(data):
        for start in range(4):
            piece = token.rstrip(b"=")[start:]
            try:
                if secret in base64.b64decode(piece + b"=" * (-len(piece) % 4)):
                    return True
            except ValueError:
                pass
    return False


def check_output(case, code, text, problems):
    if code not in case.exit:
        problems.append("exit code %s, expected %s" % (code, " or ".join(map(str, case.exit))))
    lines = text.split("\n")
    for number, pattern in enumerate(case.out):
        got = lines[number] if number < len(lines) else ""
        if not glob_regex(unescape(pattern).decode()).fullmatch(got):
            problems.append("line %d of the output: %s\n     expected: %s" % (number + 1, got, pattern))
    for wanted, pattern in case.out_all:
        if bool(glob_regex(unescape(pattern).decode()).fullmatch(text)) != wanted:
            problems.append("the output %s: %s" % ("lacks" if wanted else "must not have", pattern))


def check_labels(case, text, problems):
    perfdata = text.split("\n", 1)[0].partition(" | ")[2]
    labels = [item[0] for item in chat_perfdata.read(perfdata)[0]]
    if len(labels) != len(case.labels) or not all(glob_regex(unescape(pattern).decode()).fullmatch(label)
                                                  for pattern, label in zip(case.labels, labels)):
        problems.append("labels: %s\n     expected: %s" % (" ".join(labels), " ".join(case.labels)))


def check_secrets(case, outputs, clear, problems):
    for secret in case.secrets:
        for stream, data in outputs:
            if holds_secret(data, secret):
                problems.append("the secret %s is in %s" % (secret.decode("utf-8", "replace"), stream))
    wire = {}
    for peer, data in clear:
        wire[peer] = wire.get(peer, b"") + data
    for peer, data in wire.items():
        for secret in [] if case.plaintext_ok else case.secrets:
            if holds_secret(data, secret):
                problems.append("the secret %s was sent in the clear to peer %s" %
                                (secret.decode("utf-8", "replace"), peer or "(main)"))
        for pattern in case.never:
            if pattern in data:
                problems.append("sent in the clear to peer %s: %s" % (peer or "(main)", pattern.decode("latin-1")))


def check_files(case, files, problems):
    for name, pattern in case.holds:
        held, bad = clean_text((files[name] or b"").replace(b"\r\n", b"\n"), name)
        problems += bad
        if files[name] is None:
            problems.append("there is no file %s" % name)
        elif not glob_regex(unescape(pattern).decode()).fullmatch(held.rstrip("\n")):
            problems.append("%s holds: %s\n     expected: %s" % (name, held, pattern))


def check(case, code, stdout, stderr, screen, clear, files):
    # what no engine reads may end its lines as RFC 4180 says
    text, problems = clean_text(stdout.replace(b"\r\n", b"\n") if case.raw_output else stdout, "stdout")
    if code is None or code < 0 or code > 3:
        problems.append("ended with %s: no engine knows that state" % code)
    check_output(case, code, text, problems)
    if case.labels:
        check_labels(case, text, problems)
    errors, _ = clean_text(stderr, "stderr")
    if not glob_regex(case.err).fullmatch(errors.rstrip("\n")):
        problems.append("stderr: %s\n     expected: %s" % (errors.rstrip("\n"), case.err or "nothing"))
    shown, _ = clean_text(screen, "the terminal")
    for pattern in case.shows:
        if not glob_regex(pattern).fullmatch(shown):
            problems.append("the terminal showed: %r\n     expected: %s" % (shown, pattern))
    check_files(case, files, problems)
    outputs = [("stdout", stdout), ("stderr", stderr), ("the terminal", screen)] + list(files.items())
    check_secrets(case, [(name, data) for name, data in outputs if data is not None], clear, problems)
    if not case.raw_output:
        problems += engine_rules(text, code, case.run)
    return problems
