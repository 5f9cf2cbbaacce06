"""From the statements of a call to a script for pgbench that runs the same ones, each time for other rows."""

import re

from driver import capture

PLACE = re.compile(r"\$(\d+)")
VARIABLE = re.compile(r"(?<!:):[a-z]\w*")


def script(calls, known, token, head, new_ids):
    """`calls` are two calls of the same kind, each a list of (statement, parameters) and a dict of what was particular to
    it: values by name. What both have the same stays as it is. What differs must be one of the particular values, for
    which `known` has pgbench's expression by name; the `token`, a text in which the call's number stands; a fresh id; a
    lock's number; or an instant."""
    (first, particular), (second, _) = calls
    if [text for text, _ in first] != [text for text, _ in second]:
        raise SystemExit("two calls of the same kind ran different statements")
    names = {text: name for name, text in particular.items()}
    lines, ids, locks = [], {}, 0
    for (text, ours), (_, theirs) in zip(first, second):
        written = []
        for one, other in zip(ours, theirs):
            kind, value = capture.value(*one)
            _, there = capture.value(*other)
            if value in names:
                written.append(f"{known[names[value]]}")
            elif value is not None and kind == "text" and particular[token] in value:
                written.append(numbered(value, particular[token], known[token]))
            elif value == there or kind in ("timestamptz", "jsonb") or value is None:
                written.append(constant(kind, value))
            elif kind == "uuid":
                place = ids.setdefault(value, len(ids) + 1)
                written.append(new_ids(place))
            elif kind == "bigint":
                locks += 1
                written.append(f":lock{locks}")
            elif kind == "text":
                written.append(constant(kind, value))
            else:
                raise SystemExit(f"a {kind} differs between two calls, and the bench does not know why: {text}")
        lines.append(PLACE.sub(lambda match: written[int(match[1]) - 1], text).rstrip("; ") + ";")
    head = [*head, *(f"\\set lock{n} random(1, 4000000000000000000)" for n in range(1, locks + 1))]
    return "\n".join([*head, *lines]) + "\n"


def samples(text):
    """The statements of a script with some value in the place of each variable."""
    lines = [line for line in text.splitlines() if not line.startswith("\\") and line not in ("BEGIN;", "COMMIT;")]
    return [VARIABLE.sub("'77'", line) for line in lines]


def constant(kind, value):
    return "NULL" if value is None else f"{quoted(value)}::{kind}"


def quoted(text):
    """pgbench takes a colon for the beginning of a variable, even within quotes."""
    escaped = text.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n")
    return f"E'{escaped}'".replace(":", "\\x3a")


def numbered(text, number, expression):
    parts = [quoted(part) for part in text.split(number)]
    return "(" + f" || {expression} || ".join(parts) + ")"
