"""A client of broker.py that is no part of Ordeal but writes its records, and obeys `ordeal run`.

On standard input it is told `start` (send messages), `rest` (send none) and `drain` (send one more).
"""

import collections
import json
import os
import select
import signal
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Writers"))
import ordeal_records

TICK = 0.02  # seconds between two looks at the clock
SECRET = "secret"


class Client:
    def __init__(self):
        self.records = ordeal_records.Records("own-client")
        self.user = os.environ["ORDEAL_USER"]
        host, port = os.environ["ORDEAL_SERVERS"].split()[0].rsplit(":", 1)
        self.server = (host, int(port))
        self.hold = int(os.environ["ORDEAL_HOLD"])
        self.every = int(os.environ["ORDEAL_SEND_EVERY"])
        self.bytes = int(os.environ["ORDEAL_BODY"].split("..")[0])
        self.stream = f"{self.records.node}.{self.records.incarnation}"
        self.fingerprint = ordeal_records.fingerprint(self.user, SECRET)
        self.connection = None
        self.input = b""
        self.operation = 0
        self.number = 0
        self.session = None
        self.sessions = 0
        self.next = None
        self.unanswered = collections.OrderedDict()
        self.is_sending = False
        self.owes_last = False
        self.heard = self.pinged = self.sent = self.tried = 0

    # What it does.

    def connect(self, now):
        self.tried = now
        connection = socket.socket()
        connection.settimeout(self.hold / 1e9)
        try:
            connection.bind((os.environ["ORDEAL_BIND"], 0))
            connection.connect(self.server)
        except OSError:
            connection.close()
            return
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection, self.input, self.heard = connection, b"", now
        self.operation += 1
        self.records.write(
            "login",
            operation=self.operation,
            user=self.user,
            secret=self.fingerprint,
            server=f"{self.server[0]}:{self.server[1]}",
        )
        self.say({"login": self.user, "next": self.next})

    def say(self, line):
        try:
            self.connection.sendall(json.dumps(line).encode() + b"\n")
        except OSError:
            pass  # Its end is read where everything is read.

    def publish(self):
        self.number += 1
        identity = f"{self.user}/{self.stream}/{self.number}"
        body = identity.ljust(self.bytes, ".")
        self.records.write(
            "send",
            user=self.user,
            message=identity,
            digest=ordeal_records.digest(body),
            session=self.session,
        )
        self.unanswered[identity] = body
        self.say({"publish": identity, "body": body})

    def lose(self, reason):
        if self.session:
            self.records.write("session-ended", user=self.user, session=self.session, reason=reason)
        else:
            self.records.write(
                "login-info", operation=self.operation, user=self.user, reason="closed"
            )
        self.connection.close()
        self.connection = self.session = None

    # What it hears.

    def take(self, line):
        if "welcome" in line:
            self.sessions += 1
            self.session = f"{self.stream}-{self.sessions}"
            self.next = line["welcome"]
            self.records.write(
                "login-ok",
                operation=self.operation,
                user=self.user,
                session=self.session,
                secret=self.fingerprint,
                resumes=True,
            )
            if self.sessions == 1:
                ordeal_records.ready()
            for identity, body in self.unanswered.items():
                self.say({"publish": identity, "body": body})
        elif "ack" in line and line["ack"] in self.unanswered:
            del self.unanswered[line["ack"]]
            self.records.write("ack", user=self.user, message=line["ack"], session=self.session)
        elif "deliver" in line and line["deliver"] >= self.next:
            self.next = line["deliver"] + 1
            self.records.write(
                "deliver",
                user=self.user,
                session=self.session,
                message=line["id"],
                digest=ordeal_records.digest(line["body"]),
            )
            self.say({"got": line["deliver"]})
        elif "pong" in line:
            self.records.write("alive", user=self.user, session=self.session, since=line["pong"])

    def read(self, now):
        try:
            data = self.connection.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            return self.lose("closed")
        self.heard = now
        *lines, self.input = (self.input + data).split(b"\n")
        for line in lines:
            self.take(json.loads(line))

    def tick(self, now):
        if not self.connection:
            if now - self.tried > 100_000_000:
                self.connect(now)
        elif now - self.heard > self.hold:
            self.lose("silent")
        elif self.session:
            if now - self.pinged > self.hold // 4:
                self.pinged = now
                self.say({"ping": now})
            if self.owes_last or (self.is_sending and self.every and now - self.sent > self.every):
                self.owes_last, self.sent = False, now
                self.publish()

    def obey(self, word):
        self.is_sending = word == "start"
        self.owes_last = word == "drain"

    def end(self):
        if self.session:
            self.records.write("logout", user=self.user, session=self.session)
            self.records.write(
                "session-ended", user=self.user, session=self.session, reason="logout"
            )
        elif self.connection:
            self.lose("closed")
        self.records.close()


def main():
    client = Client()
    is_over = []
    signal.signal(signal.SIGTERM, lambda number, frame: is_over.append(number))
    control = [sys.stdin.fileno()]
    while not is_over:
        sources = control + ([client.connection] if client.connection else [])
        ready, _, _ = select.select(sources, [], [], TICK)
        for source in ready:
            if source is client.connection:
                client.read(ordeal_records.now())
            else:
                data = os.read(source, 4096)
                if not data:
                    control = []
                for word in data.decode().split():
                    client.obey(word)
        client.tick(ordeal_records.now())
    client.end()


main()
