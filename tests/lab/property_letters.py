"""property_letters - random mail for tests/lab/property: other people's, what resembles ours, and what is ours

A letter is FOREIGN, so that it must stay whatever it looks like, or STALE: a test message of an earlier run, that
must go. DESIGN "Deleting, exactly" decides which is which; nothing here is taken from the programs.
"""
import email.charset
import email.header
import email.utils
import time

HOUR = 3600
STALE_HOURS = 24
PREFIX = "Mailflow probe "
PROBE = "X-Mailflow-Probe"
PEOPLE = ("Ada", "Grace", "Linus", "Margaret", "Dennis", "Barbara")
WORDS = ("minutes", "invoice", "holiday", "Mailflow", "probe", "budget", "lunch", "release", "question", "Grüße")


class Letter:
    """text: CRLF line ends; kind: says what it is; stale: whether it must go."""

    def __init__(self, kind, fields, body, flags=(), stale=False):
        header = b"".join(name.encode() + b": " + as_bytes(value) + b"\r\n" for name, value in fields)
        self.text = header + b"\r\n" + as_bytes(body).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self.kind, self.flags, self.stale = kind, set(flags), stale
        self.history = []

    def copy(self):
        twin = Letter.__new__(Letter)
        twin.text, twin.kind, twin.flags, twin.stale = self.text, self.kind, set(self.flags), self.stale
        twin.history = self.history + ["copied"]
        return twin


def as_bytes(value):
    return value if isinstance(value, bytes) else value.encode()


def new_token(rng):
    return "%032x" % rng.getrandbits(128)


def date(rng, hours):
    return email.utils.formatdate(time.time() - hours * HOUR, localtime=rng.random() < 0.5)


def old(rng):
    return date(rng, STALE_HOURS + 1 + rng.expovariate(1 / 500))


def young(rng):
    return date(rng, rng.uniform(-2, STALE_HOURS - 1))


def message_id(token):
    return "<%s@probe.example>" % token


def encoded(rng, subject):
    """RFC 2047: a long one is cut into several words."""
    charset = email.charset.Charset("utf-8")
    charset.header_encoding = rng.choice((email.charset.BASE64, email.charset.QP))
    return email.header.Header(subject, charset, header_name="Subject").encode(linesep="\r\n")


def text(rng, serial):
    """A body that no other letter has."""
    lines = ["Serial: %s" % serial]
    lines += [" ".join(rng.choices(WORDS, k=rng.randint(1, 9))) for _ in range(rng.randint(0, 20))]
    lines += rng.choices([".", "..", "", "From here on", "Token: %s" % new_token(rng)], k=rng.randint(0, 3))
    return "\n".join(lines) + rng.choice(["", "\n", "\n\n"])


# ---- other people's ----
# Each returns what it is, and its fields in addition to From, To and, where there is none among them, Subject, Date
# and Message-ID; some a body, too. token is that of a test message, of this moment or of any other.

def ordinary(rng, token):
    return "ordinary letter", []


def subject_alone(rng, token):
    return "subject alone", [("Subject", PREFIX + token)]


def field_alone(rng, token):
    return "field alone", [(PROBE, token)]


def id_alone(rng, token):
    return "Message-ID alone", [("Message-ID", message_id(token))]


def reply(rng, token):
    return "reply", [("Subject", rng.choice(("Re: ", "AW: ", "Automatic reply: ")) + PREFIX + token),
                     ("In-Reply-To", message_id(token)), ("References", message_id(token))]


def quoted(token):
    return "Subject: %s%s\nMessage-ID: %s\n%s: %s\nDate: Thu, 01 Jan 2026 00:00:00 +0000\n\nToken: %s\n" % (
        PREFIX, token, message_id(token), PROBE, token, token)


def quoting(rng, token):
    body = "He wrote:\n" + "".join("> %s\n" % line for line in quoted(token).split("\n"))
    return "reply that quotes ours", [("Subject", "Re: " + PREFIX + token), ("In-Reply-To", message_id(token))], body


def forward(rng, token):
    return "forward", [("Subject", "Fwd: " + PREFIX + token)], "---- Forwarded ----\n" + quoted(token)


def attached(rng, token):
    body = "--b\n\nSee below\n--b\nContent-Type: message/rfc822\n\n%s\n--b--\n" % quoted(token)
    return "forward as attachment", [("Subject", "Fwd: a test"), ("MIME-Version", "1.0"),
                                     ("Content-Type", 'multipart/mixed; boundary="b"')], body


def bounce(rng, token):
    """Of a message that is another's: its returned header has one field of ours."""
    body = "--b\n\nNot delivered\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" \
        "--b\nContent-Type: text/rfc822-headers\n\nSubject: Re: %s%s\nDate: %s\n\n--b--\n" % (PREFIX, token, old(rng))
    return "bounce of another message", [("Subject", "Undelivered mail"), ("MIME-Version", "1.0"), (
        "Content-Type", 'multipart/report; report-type=delivery-status; boundary="b"')], body


def two_in_subject(rng, token):
    return "two tokens in the subject", [("Subject", PREFIX + token + " " + PREFIX + new_token(rng))]


def two_in_subject_and_field(rng, token):
    return "two tokens in the subject, a third in the field", [
        ("Subject", PREFIX + token + ", " + PREFIX + new_token(rng)), (PROBE, new_token(rng))]


def tokens_differ(rng, token):
    return "three fields, three tokens", [("Subject", PREFIX + token), (PROBE, new_token(rng)),
                                          ("Message-ID", message_id(new_token(rng)))]


def subject_twice(rng, token):
    return "subject twice", [("Subject", PREFIX + token), ("Subject", PREFIX + token), (PROBE, token)]


def field_twice(rng, token):
    return "field twice", [(PROBE, token), ("Subject", PREFIX + token), (PROBE, token)]


def id_twice(rng, token):
    return "Message-ID twice", [("Message-ID", message_id(token)), ("Message-ID", message_id(token)), (PROBE, token)]


def adjoining(rng, token):
    return "token with more adjoining", [(PROBE, token), ("Subject", rng.choice((
        PREFIX + token + "0", PREFIX + token + "z", "No" + PREFIX + token, PREFIX + token[:31], PREFIX + "x" + token)))]


def out_of_shape(rng, token):
    return "fields out of shape", [("Subject", PREFIX + token)] + rng.choice((
        [(PROBE, token + " (a comment)"), ("Message-ID", "<x.%s@probe.example>" % token)],
        [(PROBE, '"%s"' % token), ("Message-ID", "<%s.1@probe.example>" % token)],
        [(PROBE, token + "," + token), ("Message-ID", message_id(token) + " " + message_id(token))]))


def other_names(rng, token):
    return "fields of other names", [("X-Subject", PREFIX + token), ("X-" + PROBE, token), ("Subject", PREFIX + token),
                                     ("Resent-Message-ID", message_id(token))]


def header_in_text(rng, token):
    return "our header in the text", [], quoted(token)


def eight_bit(rng, token):
    return "8-bit header", [("Subject", b"Gr\xfc\xdfe \xff " + (PREFIX + token).encode()), ("X-\u00e4", "\u00fc" * 99)]


def long_header(rng, token):
    """Not longer: check_pop_full reads 24 KiB of headers in search of copies and stale messages, and no more."""
    return "long header", [("X-Long", "x" * rng.randint(500, 1000)), ("Subject", PREFIX + token)]


def huge(rng, token):
    return "huge letter", [("Subject", PREFIX + token)], "0123456789abcdef" * 4 * rng.randint(1000, 20000)


RESEMBLING = (subject_alone, field_alone, id_alone, reply, quoting, forward, attached, bounce, two_in_subject,
              two_in_subject_and_field, tokens_differ, subject_twice, field_twice, id_twice, adjoining, out_of_shape,
              other_names, header_in_text, eight_bit, long_header, huge)
FLAGS = ("\\Seen", "\\Flagged", "\\Answered", "\\Draft", "$Forwarded", "[kept", "Junk")


def random_flags(rng):
    return rng.sample(FLAGS, rng.choice((0, 0, 1, 2)))


def complete(rng, fields, when):
    """The fields that every letter has, in any order; those of one name stay in theirs."""
    given = {name.lower() for name, _ in fields}
    more = [("From", "%s <someone@elsewhere.example>" % rng.choice(PEOPLE)), ("To", "reader@lab.example")]
    if "subject" not in given:
        more.append(("Subject", " ".join(rng.choices(WORDS, k=rng.randint(1, 5)))))
    if "message-id" not in given:
        more.append(("Message-ID", "<%x.mail@elsewhere.example>" % rng.getrandbits(64)))
    if when:
        more.append(("Date", when))
    rng.shuffle(more)
    cut = rng.randint(0, len(more))
    return more[:cut] + fields + more[cut:]


def without_header(rng, serial, token):
    letter = Letter("no header", [], "", random_flags(rng))
    letter.text = b"\r\n" + as_bytes(quoted(token) + "Serial: %s\n" % serial).replace(b"\n", b"\r\n")
    return letter


def not_stale_yet(rng, serial):
    """A test message of another run that may be under way, or whose date does not prove that it is not."""
    token = new_token(rng)
    fields = [("Subject", PREFIX + token), (PROBE, token), ("Message-ID", message_id(token))]
    kind, dates = rng.choice((("young", [young(rng)]), ("without date", []), ("with two dates", [old(rng), old(rng)]),
                              ("with a date that is none", ["the day before yesterday"])))
    fields = complete(rng, fields, None) + [("Date", d) for d in dates]
    return Letter("test message, " + kind, fields, text(rng, serial), random_flags(rng))


def resembling(rng, serial, token, when=None):
    """A letter of others that has something of the test message with this token, but no two fields."""
    kind, fields, *body = rng.choice(RESEMBLING)(rng, token)
    body = "Serial: %s\n" % serial + body[0] if body else text(rng, serial)
    return Letter(kind, complete(rng, fields, when or old(rng)), body, random_flags(rng))


def foreign(rng, serial):
    """Any letter of others."""
    choice = rng.random()
    if choice < 0.3:
        kind, fields = ordinary(rng, None)
        return Letter(kind, complete(rng, fields, rng.choice((old, young))(rng)), text(rng, serial), random_flags(rng))
    if choice < 0.35:
        return without_header(rng, serial, new_token(rng))
    if choice < 0.5:
        return not_stale_yet(rng, serial)
    return resembling(rng, serial, new_token(rng))


# ---- ours ----

def stale(rng, serial):
    """A test message of an earlier run, with two of its three fields at least, as gateways leave them."""
    token = new_token(rng)
    plain = PREFIX + token
    subject = rng.choice((plain, plain, "[EXTERNAL] " + plain, "***SPAM*** " + plain, plain + " (checked)",
                          encoded(rng, plain), encoded(rng, "[EXTERNAL] " + plain), plain.replace(" ", "\r\n ", 1)))
    fields = [(rng.choice(("Subject", "SUBJECT", "subject")), subject),
              (rng.choice((PROBE, PROBE.lower(), PROBE.upper())), token),
              (rng.choice(("Message-ID", "Message-Id")), message_id(token))]
    which = rng.choice(((0, 1, 2), (0, 1, 2), (0, 1), (0, 2), (1, 2)))
    kept = [fields[i] for i in which]
    rng.shuffle(kept)
    kind = "stale: " + ", ".join("%s: %s" % fields[i] for i in which)
    return Letter(kind, complete(rng, kept, old(rng)), text(rng, serial), random_flags(rng), stale=True)
