"""A small broker that is no part of Ordeal: topics of one, total order, a log on disk.

Its wire is a line of JSON each way. A client says {"login": user, "next": n or null},
{"publish": id, "body": text}, {"got": n}, {"ping": t}; the broker says {"welcome": n}, {"ack": id},
{"deliver": n, "id": id, "body": text}, {"pong": t}. What is acknowledged is in the log before, so a
broker that is killed goes on where it was.

OWN_BROKER_DROP=N breaks it: every Nth message is acknowledged and then forgotten.
"""

import json
import os
import signal
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Writers"))
import ordeal_records

SILENCE_MAX = 20  # seconds that a client may take to read or say something


class Broker:
    """The log, and who is connected. Every method is called with `lock` held."""

    def __init__(self, folder, records):
        self.lock = threading.Lock()
        self.records = records
        self.messages = []
        self.known = set()
        self.next = {}
        self.sessions = {}
        self.drop = int(os.environ.get("OWN_BROKER_DROP", "0"))
        self.published = 0
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "log")
        if os.path.exists(path):
            with open(path, "rb") as log:
                whole = log.read().split(b"\n")[:-1]
            for line in whole:
                self.apply(json.loads(line))
            # A line that a killed broker left half written was never acknowledged.
            with open(path, "wb") as log:
                log.write(b"".join(line + b"\n" for line in whole))
        self.log = open(path, "ab", buffering=0)

    def keep(self, entry):
        self.log.write(json.dumps(entry).encode() + b"\n")
        self.apply(entry)

    def apply(self, entry):
        if "id" in entry:
            self.messages.append((entry["id"], entry["body"]))
            self.known.add(entry["id"])
        else:
            self.next[entry["user"]] = entry["next"]

    def login(self, user, wanted, connection):
        first = self.next.get(user, len(self.messages)) if wanted is None else wanted
        self.keep({"user": user, "next": first})
        old = self.sessions.pop(user, None)
        if old:
            old.shutdown(socket.SHUT_RDWR)
        say(connection, {"welcome": first})
        for number in range(first, len(self.messages)):
            self.deliver(number, connection)
        self.sessions[user] = connection

    def publish(self, identity, body, connection):
        if identity not in self.known:
            self.published += 1
            if self.drop and self.published % self.drop == 0:
                self.known.add(identity)
            else:
                self.keep({"id": identity, "body": body})
                self.records.write("stored", message=identity)
                for other in list(self.sessions.values()):
                    self.deliver(len(self.messages) - 1, other)
        say(connection, {"ack": identity})

    def deliver(self, number, connection):
        identity, body = self.messages[number]
        say(connection, {"deliver": number, "id": identity, "body": body})


def say(connection, line):
    """Sends a line; a connection that takes nothing is closed, and its reader sees that."""
    try:
        connection.sendall(json.dumps(line).encode() + b"\n")
    except OSError:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(broker, connection):
    connection.settimeout(SILENCE_MAX)
    user = None
    try:
        for line in connection.makefile("rb"):
            request = json.loads(line)
            with broker.lock:
                if "login" in request:
                    user = request["login"]
                    broker.login(user, request["next"], connection)
                elif "publish" in request:
                    broker.publish(request["publish"], request["body"], connection)
                elif "got" in request:
                    broker.keep({"user": user, "next": request["got"] + 1})
                elif "ping" in request:
                    say(connection, {"pong": request["ping"]})
    except OSError:
        pass
    finally:
        with broker.lock:
            if broker.sessions.get(user) is connection:
                del broker.sessions[user]
        connection.close()


def main():
    records = ordeal_records.Records("own-broker")
    broker = Broker(os.environ["ORDEAL_DATA"], records)
    address = os.environ["ORDEAL_LISTEN"]
    host, port = address.rsplit(":", 1)
    listener = socket.create_server((host, int(port)))

    def accept():
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=serve, args=(broker, connection), daemon=True).start()

    records.write("listening", server=address)
    # Blocked in every thread, so that the one below alone takes it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    threading.Thread(target=accept, daemon=True).start()
    ordeal_records.ready()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    with broker.lock:
        records.close()
        os._exit(0)


main()
