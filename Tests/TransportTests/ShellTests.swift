import Evidence
import Glibc
import Messaging
import Synchronization
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(10))) struct ShellTests {
    /// What the hooks were told, in order.
    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])

        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }

        var hooks: ShellHooks {
            ShellHooks(
                record: { kind, _, instant in
                    self.add("\(kind.rawValue) \(instant.nanoseconds == 5 ? "at 5" : "now")")
                },
                ready: { self.add("ready") },
                show: { self.add($0) }
            )
        }

        /// Hooks that keep records back.
        var settlingHooks: ShellHooks {
            var hooks = hooks
            hooks.settle = { self.add("settled") }
            return hooks
        }
    }

    /// A shell on a free port of the loopback address; `body` talks to it, then it is stopped.
    private func withShell(
        _ core: EchoCore = EchoCore(),
        _ change: (inout ShellSettings) -> Void = { _ in },
        log: Log = Log(),
        keepsRecords: Bool = false,
        _ body: (Shell<EchoCore>, Address) throws -> Void
    ) throws {
        var settings = ShellSettings(listen: Address(host: "127.0.0.1", port: 0))
        change(&settings)
        let shell = try Shell.launch(
            core,
            settings,
            keepsRecords ? log.settlingHooks : log.hooks
        )
        let result = Result { try body(shell, try #require(shell.address)) }
        shell.control(.stop)
        #expect(try shell.wait() == 7)
        try result.get()
    }

    @Test("records that are kept back are written before anybody can notice what came after them")
    func settling() throws {
        let log = Log()
        try withShell(log: log, keepsRecords: true) { _, address in
            let socket = try LineSocket(address)
            #expect(try socket.line() == "hello")
            socket.write("record\n")
            #expect(try socket.line() == "recorded")
            // What was recorded is settled by now: the line was sent after it.
            #expect(log.all.suffix(3) == ["barrier at 5", "barrier now", "settled"])
            socket.write("note\n")
            while log.all.filter({ $0 == "settled" }).count < 2 { usleep(1_000) }
            #expect(log.all.suffix(2) == ["barrier now", "settled"])
        }
    }

    @Test("lines are told whole, however they were cut, and answers come in order")
    func lines() throws {
        try withShell { _, address in
            let socket = try LineSocket(address)
            #expect(try socket.line() == "hello")
            socket.write("on")
            socket.write("e\r\ntwo\nthr")
            #expect(try socket.line() == "one")
            #expect(try socket.line() == "two")
            socket.write("ee\n")
            #expect(try socket.line() == "three")
        }
    }

    @Test("a broadcast reaches all who are connected")
    func broadcast() throws {
        try withShell { _, address in
            let sockets = try (0..<5).map { _ in try LineSocket(address) }
            for socket in sockets { #expect(try socket.line() == "hello") }
            sockets[0].write("all\n")
            for socket in sockets { #expect(try socket.line() == "all") }
        }
    }

    @Test("ten thousand lines reach several receivers, all and in order")
    func manyLines() throws {
        try withShell { _, address in
            let receivers = try (0..<3).map { _ in try LineSocket(address) }
            for receiver in receivers { #expect(try receiver.line() == "hello") }
            for hundred in 0..<100 {
                let lines = (0..<100).map { "line \(hundred * 100 + $0)\n" }
                receivers[0].write(lines.joined())
                for receiver in receivers {
                    for line in lines { #expect(try receiver.line().map { $0 + "\n" } == line) }
                }
            }
        }
    }

    @Test("what was written before a close is flushed, what comes after it is not sent")
    func closeAfterFlush() throws {
        try withShell { _, address in
            let socket = try LineSocket(address)
            socket.write("close\nmore\nmore\n")
            #expect(try socket.line() == "hello")
            #expect(try socket.line() == "bye")
            #expect(try socket.line() == nil)
        }
    }

    @Test("an abort closes at once and is not told to the core")
    func abort() throws {
        let log = Log()
        try withShell(log: log) { _, address in
            let socket = try LineSocket(address)
            #expect(try socket.line() == "hello")
            socket.write("abort\n")
            #expect(try socket.line() == nil)
        }
        #expect(log.all == ["ready", "accepted"])
    }

    @Test("a last line without its end is told before the close, and its answer is written")
    func lastLine() throws {
        let log = Log()
        try withShell(log: log) { _, address in
            let socket = try LineSocket(address)
            #expect(try socket.line() == "hello")
            socket.write("last")
            socket.endOutput()
            #expect(try socket.line() == "last")
            #expect(try socket.line() == nil)
        }
        #expect(log.all == ["ready", "accepted", "closed: ended"])
    }

    @Test("timers fire in time, a set one moves, a cancelled one never fires")
    func timers() throws {
        try withShell { _, address in
            let socket = try LineSocket(address)
            #expect(try socket.line() == "hello")
            socket.write("timers\n")
            #expect(try socket.line() == "tick 2 1")
            #expect(try socket.line() == "tick 1 2")
        }
    }

    @Test("records are written in the order of the effects, before what follows them")
    func records() throws {
        let log = Log()
        try withShell(log: log) { _, address in
            let socket = try LineSocket(address)
            socket.write("record\n")
            #expect(try socket.line() == "hello")
            #expect(try socket.line() == "recorded")
            #expect(log.all.suffix(2) == ["barrier at 5", "barrier now"])
        }
    }

    @Test("a record that the journal does not take ends the process, and nothing more is sent")
    func journalFailure() throws {
        let hooks = ShellHooks(record: { _, _, _ in throw ShellError("the journal is gone") })
        let settings = ShellSettings(listen: Address(host: "127.0.0.1", port: 0))
        let shell = try Shell.launch(EchoCore(), settings, hooks)
        let socket = try LineSocket(try #require(shell.address))
        #expect(try socket.line() == "hello")
        socket.write("record\n")
        #expect(try socket.line() == nil)
        let error = try #require(throws: ShellError.self) { try shell.wait() }
        #expect(error.description == "the journal is gone")
    }

    @Test("a line beyond the limit closes the connection, and the lines before it count")
    func lineLimit() throws {
        let log = Log()
        try withShell(EchoCore(), { $0.lineBytesMax = 10 }, log: log) { _, address in
            let socket = try LineSocket(address)
            #expect(try socket.line() == "hello")
            socket.write("fine\n12345678901")
            var seen: [String] = []
            while let line = try socket.line() { seen.append(line) }
            #expect(seen == ["fine"] || seen.isEmpty)
        }
        #expect(log.all == ["ready", "accepted", "closed: line too long"])
    }

    @Test("a reader that does not read is closed and the others are served")
    func slowReader() throws {
        let log = Log()
        try withShell(EchoCore(), { $0.pendingBytesMax = 1 << 20 }, log: log) { _, address in
            let slow = try LineSocket(address, receiveBufferBytes: 4096)
            #expect(try slow.line() == "hello")
            let other = try LineSocket(address)
            #expect(try other.line() == "hello")
            slow.write("flood\n")
            other.write("still here\n")
            #expect(try other.line() == "still here")
        }
        #expect(log.all.contains("closed: too much pending"))
    }

    @Test("the core learns that what it wrote is on its way only once the machine took all of it")
    func written() throws {
        let log = Log()
        try withShell(EchoCore(), log: log) { _, address in
            let slow = try LineSocket(address, receiveBufferBytes: 4096)
            #expect(try slow.line() == "hello")
            slow.write("confirm\n")
            // Others are served meanwhile, and nothing was told yet: the machine takes less than that.
            let other = try LineSocket(address)
            #expect(try other.line() == "hello")
            other.write("still here\n")
            #expect(try other.line() == "still here")
            #expect(!log.all.contains("written"))
            #expect(try slow.line()?.utf8.count == 1 << 23)
            #expect(try slow.line() == "still here")
            #expect(try slow.line() == "all is written")
            // Nobody is told of a connection that breaks first.
            let gone = try LineSocket(address, receiveBufferBytes: 4096)
            gone.write("confirm\nabort\n")
            while try gone.line() != nil {}
        }
        #expect(log.all.count { $0 == "written" } == 1)
    }

    @Test("a connection beyond the limit is closed and recorded")
    func connectionLimit() throws {
        let log = Log()
        try withShell(EchoCore(), { $0.connectionsMax = 1 }, log: log) { _, address in
            let first = try LineSocket(address)
            #expect(try first.line() == "hello")
            let second = try LineSocket(address)
            #expect(try second.line() == nil)
            first.write("on\n")
            #expect(try first.line() == "on")
        }
        #expect(log.all.prefix(3) == ["ready", "accepted", "limit-exceeded now"])
    }

    @Test("dials come from the bound address and are told; one that fails is told too")
    func dials() throws {
        let log = Log()
        try withShell { _, address in
            var core = EchoCore()
            core.dials = [address, Address(host: "127.0.0.1", port: 1)]
            try withShell(core, { $0.bind = "127.0.0.7" }, log: log) { _, other in
                let socket = try LineSocket(other)
                var seen: [String] = []
                while seen.count < 2, let line = try socket.line() { seen.append(line) }
            }
        }
        #expect(log.all.contains("dialled"))
        #expect(log.all.contains("dial 1 failed"))
    }

    @Test("a driver acts on the core between events")
    func act() throws {
        try withShell { shell, address in
            let socket = try LineSocket(address)
            #expect(try socket.line() == "hello")
            shell.act { _, _ in [.broadcast([ConnectionID(1)], EchoCore.frame("typed"))] }
            #expect(try socket.line() == "typed")
        }
    }

    @Test("an address that is in use is refused with a remedy")
    func occupied() throws {
        try withShell { _, address in
            let settings = ShellSettings(listen: address)
            let error = try #require(throws: ShellError.self) {
                try Shell.launch(EchoCore(), settings)
            }
            #expect(error.description.hasPrefix("cannot listen at \(address)"))
            #expect(error.description.contains("choose"))
        }
    }

    @Test(
        "durations need a unit",
        arguments: [
            ("250ms", Duration.milliseconds(250)), ("2s", .seconds(2)), ("1.5m", .seconds(90)),
            ("0s", .zero), ("5", nil), ("s", nil), ("-1s", nil), ("1 s", nil), ("1.2.3s", nil),
            ("2000h", nil),
        ] as [(String, Duration?)]
    )
    func durations(text: String, expected: Duration?) {
        #expect(DurationText.parse(text) == expected)
    }

    @Test(
        "rates are events in a time",
        arguments: [
            ("5/s", RateText.Interval.every(.milliseconds(200))),
            ("3/300ms", .every(.milliseconds(100))), ("0/s", .never),
            ("1/10s", .every(.seconds(10))),
            ("5", nil), ("/s", nil), ("-1/s", nil), ("1/0s", nil),
        ] as [(String, RateText.Interval?)]
    )
    func rates(text: String, expected: RateText.Interval?) {
        #expect(RateText.parse(text) == expected)
    }
}
