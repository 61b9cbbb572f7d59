#!/usr/bin/env python3
"""chat_perfdata.py - performance data as the strictest of its readers takes it, and the names that README promises.

problems() returns a list of complaints; it is empty when all is well. Used by the chats and by the tests on real servers:

    tests/chat/chat_perfdata.py <OUTPUT     the output of a plugin; exit code 1 and the complaints, if there are any
"""
import re
import sys

NUMBER = r"-?(?:0|[1-9]\d*)(?:\.\d+)?"
RANGE = r"@?(?:(?:~|%s)?:)?(?:%s)?" % (NUMBER, NUMBER)
# one item; what follows the value has no empty field at its end
ITEM = re.compile(r"([A-Za-z0-9_]+)=(%s)(s|B|%%|)((?:;[^; ]*)*)" % NUMBER)
STEPS = ("resolve connect tls greeting starttls capability login select stat send search fetch delete cleanup mail rcpt "
         "logout").split()
ALONE = ("total", "delivery")
DAYS = ("cert_days", "smtp_cert_days", "client_cert_days")
MEASURES = DAYS + ("messages", "size", "token_expires")
LEGS = {"IMAP": ("imap", "smtp"), "POP": ("pop", "smtp"), "SMTP": ("smtp",), "DISCOVER": ("dns", "http", "https", "imap", "pop")}
LIMITS = [RANGE, RANGE, NUMBER, NUMBER]


def read(perfdata):
    """The items as (label, value, unit, [warn, crit, min, max]) and complaints."""
    items, problems = [], []
    for text in perfdata.split(" "):
        match = ITEM.fullmatch(text)
        if not match:
            problems.append("malformed perfdata: %r" % text)
            continue
        label, value, unit, rest = match.groups()
        fields = rest.split(";")[1:]
        if rest.endswith(";") or len(fields) > 4 or not all(re.fullmatch(allowed, field) for field, allowed
                                                            in zip(fields, LIMITS) if field):
            problems.append("malformed perfdata: %r" % text)
        items.append((label, value, unit, (fields + [""] * 4)[:4]))
    return items, problems


def step_names(service):
    return set(ALONE) | {"%s_%s" % (leg, step) for leg in LEGS[service] for step in STEPS}


def item_problems(name, item):
    """What the name (without a target's label) says of the rest of the item."""
    label, value, unit, (warn, crit, low, high) = item
    plain = all(re.fullmatch(NUMBER, limit) for limit in (warn, crit) if limit)
    if name in DAYS and (unit or not plain or not re.fullmatch(r"-?\d+", value)):
        yield "%s is not a number of days with plain limits" % label
    if name == "total" and (low != "0" or not re.fullmatch(r"[1-9]\d*", high)):
        yield "%s lacks min 0 or max, the time limit" % label
    if name not in MEASURES and not name.startswith("targets") and unit != "s":
        yield "%s is not in seconds" % label


def name_of(label, names):
    """The longest of the names that a target's label may stand in front of."""
    return max((name for name in names if label.endswith("_" + name)), key=len, default=None)


def name_problems(items, service):
    steps = step_names(service)
    labels = [item[0] for item in items]
    several = "targets" in labels
    medians = {step + "_median" for step in steps} if several else set()
    together = steps | medians | ({"targets", "targets_ok", "cert_days", "proxy"} if several else set(MEASURES))
    for item in items:
        label = item[0]
        name = label if label in together else name_of(label, steps | set(MEASURES) | {"proxy"}) if several else None
        if name is None:
            yield "nobody knows the perfdata label %s" % label
        else:
            yield from item_problems(name[:-len("_median")] + "_step" if name in medians else name, item)
    for step in steps & set(labels) if several else ():
        if step + "_median" not in labels:
            yield "%s has no median" % step


def problems(perfdata, service):
    """perfdata is what stands behind "| " in the first line, service its first word."""
    items, found = read(perfdata)
    labels = [item[0] for item in items]
    found += ["perfdata label twice: %s" % label for label in sorted({la for la in labels if labels.count(la) > 1})]
    return found + list(name_problems(items, service))


def main():
    first = sys.stdin.read().split("\n", 1)[0]
    _, bar, perfdata = first.partition(" | ")
    found = problems(perfdata, first.split(" ", 1)[0]) if bar else []
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
