import Evidence
import Glibc
import Testing

@testable import Journal

@Suite("The journal writer", .serialized, .timeLimit(.minutes(10)))
struct JournalWriterTests {
    let directory: TemporaryDirectory
    let identity = WriterIdentity(run: "r1", node: "server.1", incarnation: 2, program: "test")

    init() throws {
        directory = try TemporaryDirectory()
    }

    func writer() throws -> JournalWriter {
        try JournalWriter(
            identity: identity,
            socketPath: "\(directory.path)/socket",
            ackPagePath: "\(directory.path)/ack"
        )
    }

    @Test("a record is one datagram with the fields of the record contract")
    func recordIsOneDatagram() throws {
        let socket = try ReceivingSocket(path: "\(directory.path)/socket")
        let writer = try writer()
        try writer.write(.listening, [.server: "127.0.0.1:1"], at: Instant(nanoseconds: 77))
        let lines = try #require(socket.receive()).split(separator: "\n").map(String.init)
        for expected in [
            "PRIORITY=6", "SYSLOG_IDENTIFIER=test", "ORDEAL_RUN=r1", "ORDEAL_NODE=server.1",
            "ORDEAL_INCARNATION=2", "ORDEAL_EVENT=listening", "ORDEAL_SEQ=0", "ORDEAL_TIME=77",
            "ORDEAL_SERVER=127.0.0.1:1", "MESSAGE_ID=\(EventSchema(.listening).messageID)",
        ] {
            #expect(lines.contains(expected))
        }
        #expect(lines.contains { $0.hasPrefix("MESSAGE=") })
    }

    @Test("a value with a newline travels in the binary form")
    func newlineTravelsInBinaryForm() throws {
        let socket = try ReceivingSocket(path: "\(directory.path)/socket")
        let writer = try writer()
        let fields: FieldValues = [
            .target: "a", .targetIncarnation: "0", .channel: "stdout", .line: "x\ny",
        ]
        try writer.write(.output, fields, at: .zero)
        let text = try #require(socket.receive())
        #expect(text.contains("ORDEAL_LINE\n\u{3}\0\0\0\0\0\0\0x\ny\n"))
    }

    @Test("numbers rise by one and the ack page counts what was accepted")
    func pageCounts() throws {
        let socket = try ReceivingSocket(path: "\(directory.path)/socket")
        let writer = try writer()
        for number in 0..<5 {
            try writer.write(.phase, [.phase: "start"], at: .zero)
            #expect(try #require(socket.receive()).contains("ORDEAL_SEQ=\(number)\n"))
            #expect(try AckPage.accepted(at: "\(directory.path)/ack") == Int64(number + 1))
        }
        try writer.close()
        let closing = try #require(socket.receive())
        #expect(closing.contains("ORDEAL_EVENT=closed\n"))
        #expect(closing.contains("ORDEAL_COUNT=6\n"))
        #expect(closing.contains("ORDEAL_BLOCKED="))
        #expect(writer.accepted == 6)
        #expect(throws: JournalError.self) { try writer.write(.barrier, [:], at: .zero) }
    }

    @Test("deliveries that follow each other are one record; what comes after it waits for it")
    func batches() throws {
        let socket = try ReceivingSocket(path: "\(directory.path)/socket")
        let writer = try writer()
        let batcher = DeliveryBatcher(writer)
        func deliver(_ number: Int, session: String = "s") throws {
            let fields: FieldValues = [
                .user: "ann", .session: session, .message: "bob/b-0/\(number)",
                .digest: "00000000000000ff",
            ]
            try batcher.write(.deliver, fields, at: Instant(nanoseconds: Int64(number)))
        }
        for number in 1...3 { try deliver(number) }
        #expect(writer.accepted == 0)
        try batcher.write(.phase, [.phase: "start"], at: .zero)
        let batch = try #require(socket.receive())
        #expect(batch.contains("ORDEAL_EVENT=deliver-batch\n"))
        #expect(batch.contains("ORDEAL_SEQ=0\n"))
        #expect(batch.contains("ORDEAL_COUNT=3\n"))
        #expect(batch.contains("2 00000000000000ff bob/b-0/2\n"))
        #expect(try #require(socket.receive()).contains("ORDEAL_SEQ=3\n"))
        try deliver(4)
        try deliver(5, session: "t")
        #expect(try #require(socket.receive()).contains("ORDEAL_SEQ=4\n"))
        try batcher.settle()
        #expect(try #require(socket.receive()).contains("ORDEAL_SEQ=5\n"))
        try batcher.settle()
        #expect(writer.accepted == 6)
        #expect(try AckPage.accepted(at: "\(directory.path)/ack") == 6)
        for number in 1...DeliveryBatch.deliveriesMax + 1 { try deliver(number) }
        #expect(writer.accepted == 6 + Int64(DeliveryBatch.deliveriesMax))
    }

    @Test("a record that is too big for a datagram is sent as a sealed memory file")
    func bigRecordIsAFile() throws {
        let socket = try ReceivingSocket(path: "\(directory.path)/socket")
        let writer = try writer()
        let plan = String(repeating: "x", count: 3_000_000)
        try writer.write(.runStarted, [.plan: plan, .seed: "1", .version: "1"], at: .zero)
        #expect(socket.receive()?.isEmpty == true)
        #expect(writer.accepted == 1)
    }

    @Test("a writer waits for a socket that is bound a moment later")
    func waitsForSocket() throws {
        let writer = try writer()
        let thread = try SystemThread(name: "writer") {
            #expect(throws: Never.self) { try writer.write(.barrier, [:], at: .zero) }
        }
        usleep(50_000)
        let socket = try ReceivingSocket(path: "\(directory.path)/socket")
        #expect(socket.receive()?.contains("ORDEAL_SEQ=0\n") == true)
        thread.join()
    }

    @Test("threads that write at once leave no gap and no swap")
    func threadsLeaveNoGap() throws {
        let socket = try ReceivingSocket(path: "\(directory.path)/socket")
        let writer = try writer()
        let threads = try (0..<4).map { number in
            try SystemThread(name: "writer.\(number)") {
                for _ in 0..<50 {
                    #expect(throws: Never.self) { try writer.write(.barrier, [:], at: .zero) }
                }
            }
        }
        for number in 0..<200 {
            #expect(try #require(socket.receive()).contains("ORDEAL_SEQ=\(number)\n"))
        }
        threads.forEach { $0.join() }
    }

    @Test("two writers never share an ack page")
    func pageIsExclusive() throws {
        let first = try writer()
        #expect(throws: JournalError.self) { try writer() }
        #expect(first.accepted == 0)
    }

    @Test("a path that does not fit into a socket address is refused with a remedy")
    func longPathIsRefused() throws {
        let path = "/tmp/" + String(repeating: "x", count: 103)
        let error = #expect(throws: JournalError.self) {
            try JournalWriter(
                identity: identity,
                socketPath: path,
                ackPagePath: "\(directory.path)/ack"
            )
        }
        #expect(error?.code == .pathTooLong)
        #expect(error?.description.contains("108 bytes") == true)
    }
}
