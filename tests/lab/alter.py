#!/usr/bin/env python3
"""alter.py - what gateways do to a message on its way

    alter.py HOW[,HOW...] PORT SENDER RECIPIENT...

As a content filter of Postfix: takes the message from standard input, and hands it in again at PORT of 127.0.0.1.
Also a module: ALTERATIONS names a function for each HOW, from a message with CRLF line ends to another one.
"""
import base64
import html
import re
import smtplib
import sys
import time

LATE, LATER, LATEST = 1.2, 3, 9     # seconds


def halves(text):
    header, _, body = text.partition(b"\r\n\r\n")
    return header + b"\r\n", body


def sub(pattern, replacement):
    """In the header alone; the field must be there."""
    def alteration(text):
        header, body = halves(text)
        header, count = re.subn(pattern, replacement, header, count=1, flags=re.M | re.I)
        assert count == 1, "nothing to alter: %r" % pattern
        return header + b"\r\n" + body
    return alteration


def reencoded(content_type, encoding, encode):
    def alteration(text):
        header, body = halves(text)
        header = re.sub(rb"^Content-(Type|Transfer-Encoding): .*\r\n", b"", header, flags=re.M | re.I)
        fields = b"Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n" % (content_type, encoding)
        return header + fields + b"\r\n" + encode(body).replace(b"\n", b"\r\n")
    return alteration


def as_html(body):
    lines = html.escape(body.decode("latin-1")).encode("latin-1").split(b"\r\n")
    return b"<html><body>\n<p>%s</p>\n<p>Checked by the gateway.</p>\n</body></html>\n" % b"<br>\n".join(lines)


def after(seconds):
    """With the moment at which it goes on, in milliseconds since the epoch."""
    def alteration(text):
        time.sleep(seconds)
        return b"X-Lab-Passed-On: %d\r\n" % (time.time() * 1000) + text
    return alteration


ALTERATIONS = {
    "late": after(LATE),
    "later": after(LATER),
    "latest": after(LATEST),
    "external": sub(rb"^Subject: ", b"Subject: [EXTERNAL] "),
    "spam": sub(rb"^Subject: ", b"Subject: ***SPAM*** "),
    "encoded": sub(rb"^Subject: (.*)\r$", lambda m: b"Subject: =?utf-8?B?%s?=\r" % base64.b64encode(m[1])),
    "strip": sub(rb"^X-Mailflow-Probe: .*\n", b""),
    "id": sub(rb"^Message-ID: .*\r$", b"Message-ID: <replaced.by@gateway.example>\r"),
    "base64": reencoded(b"text/plain; charset=utf-8", b"base64", base64.encodebytes),
    "html": reencoded(b"text/html; charset=iso-8859-1", b"7bit", as_html),
}


def main():
    how, port, sender, *recipients = sys.argv[1:]
    text = sys.stdin.buffer.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    for name in how.split(","):
        text = ALTERATIONS[name](text)
    with smtplib.SMTP("127.0.0.1", int(port)) as smtp:
        smtp.sendmail(sender, recipients, text)


if __name__ == "__main__":
    main()
