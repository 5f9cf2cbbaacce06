"""Listens in between the program and PostgreSQL, to learn which statements a call runs, in which order and with which
values. The messages are those of the frontend/backend protocol 3.0, without TLS."""

import datetime
import socket
import struct
import threading
import uuid


class Tap:
    """A port of this machine that leads to the database and remembers what passes."""

    def __init__(self, address):
        self.address = address
        self.statements = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def during(self, call):
        """What `call` answers, and the statements that ran meanwhile."""
        self.statements.clear()
        answer = call()
        return answer, list(self.statements)

    def _accept(self):
        while True:
            try:
                program, _ = self.listener.accept()
            except OSError:
                return
            database = socket.create_connection(self.address)
            for one in (program, database):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            reader = Reader(self.statements)
            threading.Thread(target=pump, args=(program, database, reader.feed), daemon=True).start()
            threading.Thread(target=pump, args=(database, program, lambda _: None), daemon=True).start()


def pump(source, sink, seen):
    try:
        while data := source.recv(65536):
            seen(data)
            sink.sendall(data)
    except OSError:
        pass
    finally:
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Reader:
    """Takes the messages of one connection apart."""

    def __init__(self, statements):
        self.statements = statements
        self.rest = b""
        self.greeted = False
        # By name: the text and the types of its parameters.
        self.prepared = {}

    def feed(self, data):
        self.rest += data
        while True:
            # The first message has no type.
            head = 1 if self.greeted else 0
            if len(self.rest) < head + 4:
                return
            length = head + struct.unpack_from("!I", self.rest, head)[0]
            if len(self.rest) < length:
                return
            message, self.rest = self.rest[:length], self.rest[length:]
            if self.greeted:
                self._message(message[:1], message[5:])
            self.greeted = True

    def _message(self, kind, body):
        if kind == b"Q":
            self.statements.append((body.rstrip(b"\0").decode(), []))
        elif kind == b"P":
            name, text, rest = body.split(b"\0", 2)
            count = struct.unpack_from("!H", rest)[0]
            self.prepared[name] = (text.decode(), struct.unpack_from(f"!{count}I", rest, 2))
        elif kind == b"B":
            _, name, rest = body.split(b"\0", 2)
            text, types = self.prepared[name]
            self.statements.append((text, list(zip(types, parameters(rest)))))


def parameters(rest):
    formats = struct.unpack_from("!H", rest)[0]
    at = 2 + 2 * formats
    count = struct.unpack_from("!H", rest, at)[0]
    at += 2
    for _ in range(count):
        length = struct.unpack_from("!i", rest, at)[0]
        at += 4
        if length < 0:
            yield None
        else:
            yield rest[at:at + length]
            at += length


MILLENNIUM = datetime.datetime(2000, 1, 1)

# Types by their number in pg_type: the name, and how the binary form reads.
TYPES = {
    16: ("boolean", lambda data: "true" if data[0] else "false"),
    20: ("bigint", lambda data: str(struct.unpack("!q", data)[0])),
    21: ("smallint", lambda data: str(struct.unpack("!h", data)[0])),
    23: ("integer", lambda data: str(struct.unpack("!i", data)[0])),
    25: ("text", bytes.decode),
    114: ("json", bytes.decode),
    701: ("double precision", lambda data: repr(struct.unpack("!d", data)[0])),
    1043: ("text", bytes.decode),
    1082: ("date", lambda data: str((MILLENNIUM + datetime.timedelta(days=struct.unpack("!i", data)[0])).date())),
    1184: ("timestamptz",
           lambda data: f"{MILLENNIUM + datetime.timedelta(microseconds=struct.unpack('!q', data)[0])}+00"),
    2950: ("uuid", lambda data: str(uuid.UUID(bytes=data))),
    3802: ("jsonb", lambda data: data[1:].decode()),
}


def value(kind, data):
    """The type's name, and the value as text or None."""
    if kind not in TYPES:
        raise SystemExit(f"a statement has a parameter of a type that the bench cannot read: {kind}")
    name, read = TYPES[kind]
    return name, None if data is None else read(data)
