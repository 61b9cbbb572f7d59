"""chat_logon.py - one table for logons over all three protocols: a case that begins with `logon` is played over each.

The words of such a case, and what each protocol says for them; see `run`. What stands here is put in the place of its
lines, so that all else of the language holds there, too.
"""

# word -> the lines for it; {} is what stands behind the word
PROTOCOLS = {
    "imap": {
        "logon": ["run check_imap_full -H 127.0.0.1:@PORT@:TLS @LIGHT@ {}"],
        "offers": ["let CAPS = IMAP4rev1 SASL-IR LOGINDISABLED{}", "include imap-starttls.inc"],
        "auth": ["C: $TAG AUTHENTICATE {}"],
        "asks": ["S: + {}"],
        "yes": ["S: $TAG OK in"],
        "accepts": ["S: $TAG OK in"],
        "refuses": ["S: $TAG NO {}"],
        "knows-not": ["S: $TAG BAD {}"],
        "cancelled": ["S: $TAG BAD cancelled"],
        "parts": ["include imap-logout.inc"],
        "leaves": ["expect-eof"],
    },
    "pop": {
        "logon": ["run check_pop_full -H 127.0.0.1:@PORT@:TLS @LIGHT@ {}"],
        "offers": [r"let CAPS = AUTH-RESP-CODE\r\nSASL{}", "include pop-stls.inc"],
        "auth": ["C: AUTH {}"],
        "asks": ["S: + {}"],
        "yes": ["S: +OK in"],
        "accepts": ["S: +OK in", "C: CAPA", "S: +OK", "S: ."],
        "refuses": ["S: -ERR [AUTH] {}"],
        "knows-not": ["S: -ERR unknown command {}"],
        "cancelled": ["S: -ERR cancelled"],
        "parts": ["include pop-quit.inc"],
        "leaves": ["expect-eof"],
    },
    "smtp": {
        "logon": ["run check_smtp_connectors -H 127.0.0.1:@PORT@:TLS --ca-file=@CA@ -U probe@example.test {}"],
        "offers": ["let AUTH ={}", "include smtp-starttls.inc"],
        "auth": ["C: AUTH {}"],
        "asks": ["S: 334 {}"],
        "yes": ["S: 235 in"],
        "accepts": ["S: 235 in"],
        "refuses": ["S: 535 5.7.8 {}"],
        "knows-not": ["S: 504 5.5.4 {}"],
        "cancelled": ["S: 501 5.0.0 cancelled"],
        "parts": ["include connectors-quit.inc"],
        "leaves": ["include connectors-quit.inc"],
    },
}
# in all lines of the case
NAMES = {
    "imap": {"@SERVICE@": "IMAP", "@LOGIN@": "imap_login", "@REFUSED@": "NO", "@UNKNOWN@": "BAD"},
    "pop": {"@SERVICE@": "POP", "@LOGIN@": "pop_login", "@REFUSED@": "-ERR [AUTH]", "@UNKNOWN@": "-ERR unknown command"},
    "smtp": {"@SERVICE@": "SMTP", "@LOGIN@": "smtp_login", "@REFUSED@": "535 5.7.8", "@UNKNOWN@": "504 5.5.4"},
}


def begins(text):
    return text == "logon" or text.startswith("logon ")


def offered(protocol, mechanisms):
    prefix = "AUTH=" if protocol == "imap" else ""
    return "".join(" %s%s" % (prefix, name) for name in mechanisms.split())


def expand(protocol, lines, include):
    """The case over that protocol; include(name) gives the (place, text) of each line of a file."""
    for where, text in lines:
        for name, value in NAMES[protocol].items():
            text = text.replace(name, value)
        word, _, arg = text.partition(" ")
        if word == "offers":
            arg = offered(protocol, arg)
        for line in PROTOCOLS[protocol].get(word, [text]):
            if line.startswith("include "):
                yield from include(line[8:])
            else:
                yield where, line.replace("{}", arg) if word in PROTOCOLS[protocol] else line
