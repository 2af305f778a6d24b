"""Writes Ordeal's records from Python: one file, the standard library alone.

Copy it beside your program. docs/records.md says which records there are and which fields each has.

    import ordeal_records
    records = ordeal_records.Records("my-broker")     # writes `started`
    ordeal_records.ready()                            # tells the supervisor
    records.write("send", user="ann", message="ann/s1/1", digest=ordeal_records.digest(body))
    ...                                               # only now send it
    records.close()                                   # writes `closed`

Write a record before what it tells of is sent or acted upon. Where the environment names no journal (a
program that was started by hand) nothing is written.
"""

import array
import errno
import fcntl
import mmap
import os
import signal
import socket
import struct
import threading
import time

VARIABLES = ("ORDEAL_RUN", "ORDEAL_NODE", "ORDEAL_INCARNATION", "ORDEAL_JOURNAL", "ORDEAL_ACK_PAGE")
# How long a journal that is away, or takes nothing, is waited for, in seconds.
ABSENCE_MAX = 10
BLOCKED_MAX = 20
ACK_PAGE_BYTES = 4096


def now():
    """CLOCK_MONOTONIC in nanoseconds: what ORDEAL_TIME and ORDEAL_SINCE hold."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def fnv(data):
    """The 64-bit FNV-1a digest of bytes, as 16 hexadecimal digits."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def digest(body):
    """ORDEAL_DIGEST of a message's body, a text or bytes."""
    return fnv(body.encode() if isinstance(body, str) else body)


def fingerprint(user, secret):
    """ORDEAL_SECRET of a user's secret: never write the secret itself."""
    return fnv(user.encode() + b"\0" + secret.encode())


def message_id(event):
    """The journal's MESSAGE_ID of a kind of event."""
    return fnv(b"ordeal:" + event.encode()) + fnv(event.encode() + b":ordeal")


def ready():
    """Tells the supervisor that the program accepts work, as sd_notify(3) does."""
    path = os.environ.get("NOTIFY_SOCKET")
    if path:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.sendto(b"READY=1", path)


class _Undisturbed:
    """Holds signals back, so that no handler runs between a record and its count: it may write as well."""

    def __enter__(self):
        self._before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())

    def __exit__(self, *_):
        signal.pthread_sigmask(signal.SIG_SETMASK, self._before)


class Records:
    """The writer of one process. Its methods may be called from any thread, and from signals' handlers."""

    def __init__(self, program, version="1", environment=os.environ):
        """Opens the ack page and writes `started`. Raises OSError or ValueError where it cannot."""
        # A signal's handler may run in the thread that holds it.
        self._lock = threading.RLock()
        self._is_closed = False
        self._next = 0
        self._blocked = 0
        self._socket = None
        self.node = environment.get("ORDEAL_NODE", "")
        self.incarnation = int(environment.get("ORDEAL_INCARNATION", "0"))
        missing = [name for name in VARIABLES if name not in environment]
        if len(missing) == len(VARIABLES):
            return
        if missing:
            raise ValueError(f"set all of {', '.join(VARIABLES)}, or none: {missing} not set")
        self._path = environment["ORDEAL_JOURNAL"]
        self._page = self._open_page(environment["ORDEAL_ACK_PAGE"])
        self._head = b"".join(
            self._field(name, value)
            for name, value in (
                ("PRIORITY", "6"),
                ("SYSLOG_IDENTIFIER", program),
                ("ORDEAL_RUN", environment["ORDEAL_RUN"]),
                ("ORDEAL_NODE", self.node),
                ("ORDEAL_INCARNATION", str(self.incarnation)),
            )
        )
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(BLOCKED_MAX)
        self.write("started", pid=os.getpid(), version=version)

    def write(self, event, at=None, **fields):
        """Writes a record; returns once the journal has accepted it.

        `at` is when it happened (`now()`), by default now. A field is named without `ORDEAL_` and in
        lower case; None leaves it out, True and False are yes and no. Raises RuntimeError after `close`.
        """
        at = now() if at is None else at
        with self._lock:
            if self._socket is None:
                return
            with _Undisturbed():
                if self._is_closed:
                    raise RuntimeError(f"a record of {event} after close()")
                self._write(event, at, fields)

    def close(self):
        """Writes `closed`, the last record of a process that ends as asked."""
        with self._lock:
            if self._socket is None:
                return
            with _Undisturbed():
                if not self._is_closed:
                    self._is_closed = True
                    self._write("closed", now(), {"count": self._next + 1, "blocked": self._blocked})

    def _write(self, event, at, fields):
        body = [
            self._head,
            self._field("MESSAGE_ID", message_id(event)),
            self._field("ORDEAL_EVENT", event),
            self._field("ORDEAL_SEQ", str(self._next)),
            self._field("ORDEAL_TIME", str(at)),
        ]
        for name, value in fields.items():
            if isinstance(value, bool):
                value = "yes" if value else "no"
            if value is not None:
                body.append(self._field("ORDEAL_" + name.upper(), str(value)))
        about = fields.get("message") or fields.get("user")
        body.append(self._field("MESSAGE", f"{event} {about}" if about else event))
        began = now()
        self._send(b"".join(body))
        self._blocked += now() - began
        # A record of many deliveries takes a place for each of them.
        self._next += int(fields["count"]) if event == "deliver-batch" else 1
        # The page outlives SIGKILL: from it the supervisor knows how far the records go.
        self._page[0:8] = struct.pack("=Q", self._next)

    @staticmethod
    def _open_page(path):
        page = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            # One process alone writes it; the lock is held as long as the file is open.
            fcntl.flock(page, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.posix_fallocate(page, 0, ACK_PAGE_BYTES)
            view = mmap.mmap(page, ACK_PAGE_BYTES)
        except OSError:
            os.close(page)
            raise
        if view[0:8] != bytes(8):
            raise ValueError(f"{path} counts records already: each start needs a page of its own")
        return view

    @staticmethod
    def _field(name, value):
        data = value.encode("utf-8", "replace")
        if b"\n" in data:
            return name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n"
        return name.encode() + b"=" + data + b"\n"

    def _send(self, data):
        """Sends one datagram of journald's native protocol; waits for a daemon that starts again."""
        end = time.monotonic() + ABSENCE_MAX
        while True:
            try:
                self._socket.sendto(data, self._path)
                return
            except OSError as error:
                if error.errno == errno.EMSGSIZE:
                    return self._send_file(data)
                away = (errno.ECONNREFUSED, errno.ENOENT, errno.ENOBUFS, errno.EPIPE)
                if error.errno not in away or time.monotonic() > end:
                    raise
                time.sleep(0.001)

    def _send_file(self, data):
        """A record that is too big for a datagram goes as a sealed file in memory."""
        file = os.memfd_create("ordeal-record", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            with os.fdopen(os.dup(file), "wb") as out:
                out.write(data)
            seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
            fcntl.fcntl(file, fcntl.F_ADD_SEALS, seals)
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file]))
            self._socket.sendmsg([], [rights], 0, self._path)
        finally:
            os.close(file)
