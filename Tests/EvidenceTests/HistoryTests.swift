import Evidence
import Testing

@Suite struct HistoryTests {
    /// Writes records of one incarnation after another, each with the next sequence number.
    private struct Script {
        var records: [Record] = []
        private var next: [NodeIncarnation: Int64] = [:]

        mutating func add(
            _ node: String,
            _ incarnation: Int = 0,
            at time: Int64,
            _ event: EventKind,
            _ fields: FieldValues = [:]
        ) {
            let id = NodeIncarnation(node: node, incarnation: incarnation)
            let sequence = next[id, default: 0]
            next[id] = sequence + 1
            records.append(
                Record(
                    run: "r",
                    node: node,
                    incarnation: incarnation,
                    sequence: sequence,
                    time: Instant(nanoseconds: time),
                    event: event,
                    fields: fields,
                    journalSequence: UInt64(records.count + 1)
                )
            )
        }
    }

    private func small() -> Script {
        var script = Script()
        script.add("orchestrator", at: 0, .runStarted, [.plan: "", .seed: "1", .version: "1"])
        script.add(
            "orchestrator",
            at: 1,
            .spawned,
            [.target: "client.1", .targetIncarnation: "0", .pid: "7"]
        )
        script.add("client.1", at: 2, .started, [.pid: "7"])
        script.add("client.1", at: 3, .login, [.operation: "1", .user: "u", .secret: "s"])
        script.add(
            "client.1",
            at: 4,
            .loginOK,
            [.operation: "1", .user: "u", .session: "a", .secret: "s", .resumes: "yes"]
        )
        script.add(
            "client.1",
            at: 5,
            .send,
            [.user: "u", .message: "u/x/1", .digest: "0000000000000001", .session: "a"]
        )
        script.add(
            "client.1",
            at: 6,
            .deliver,
            [.user: "u", .session: "a", .message: "u/x/1", .digest: "0000000000000001"]
        )
        script.add("client.1", at: 7, .ack, [.user: "u", .message: "u/x/1", .session: "a"])
        return script
    }

    private func exit(_ script: inout Script, accepted: Int) {
        script.add(
            "orchestrator",
            at: 8,
            .faultIntended,
            [.fault: "f1", .faultKind: "kill", .target: "client.1"]
        )
        script.add(
            "orchestrator",
            at: 9,
            .exited,
            [
                .target: "client.1", .targetIncarnation: "0", .cause: "injected", .status: "9",
                .accepted: "\(accepted)", .fault: "f1",
            ]
        )
        script.add("orchestrator", at: 10, .barrier)
    }

    @Test("a session ends with its process, and is alive when its message was sent")
    func session() throws {
        var script = small()
        exit(&script, accepted: 6)
        let history = History(records: Array(script.records.reversed()))
        let session = try #require(history.sessions.first)
        #expect(history.sessions.count == 1)
        #expect(session.end?.time == Instant(nanoseconds: 9))
        #expect(session.end?.reason == "process")
        #expect(session.lastAlive == Instant(nanoseconds: 5))
        #expect(session.resumes == true)
        let message = try #require(history.messages.first)
        #expect(message.outcome == .ok)
        #expect(message.deliveries == [0])
        #expect(history.completeness.isComplete)
    }

    @Test(
        "a killed process may have written one record more than its ack page says",
        arguments: [5, 6, 7]
    )
    func ackPage(accepted: Int) {
        var script = small()
        exit(&script, accepted: accepted)
        let report = History(records: script.records).completeness
        #expect(report.isComplete == (accepted != 7))
        if accepted == 7 {
            #expect(report.gaps.map(\.description) == ["client.1 record 6"])
        }
    }

    @Test("two records more than the ack page says are one too many")
    func tooMany() {
        var script = small()
        exit(&script, accepted: 4)
        #expect(History(records: script.records).completeness.problems.count == 1)
    }

    @Test("a killed process may have written one batch more than its ack page says, not two")
    func batchTooMany() throws {
        for entries in [1, 2] {
            var script = small()
            exit(&script, accepted: 6)
            let delivery = try #require(script.records.first { $0.event == .deliver })
            for place in 0..<6 {
                var record = delivery
                record.sequence = Int64(6 + place)
                record.journalSequence = 1_000 + UInt64(place * entries / 6)
                script.records.append(record)
            }
            let report = History(records: script.records).completeness
            #expect(report.gaps.isEmpty)
            #expect(report.problems.count == entries - 1)
        }
    }

    @Test("a record in the middle that is missing is a gap, and one read twice is not two")
    func middle() {
        var script = small()
        exit(&script, accepted: 6)
        var doubled = script.records[5]
        doubled.journalSequence = 99
        #expect(History(records: script.records + [doubled]).completeness.isComplete)
        #expect(History(records: script.records + [doubled]).messages.count == 1)
        script.records.remove(at: 4)
        let report = History(records: script.records).completeness
        #expect(report.gaps.map(\.description) == ["client.1 record 2"])
    }

    @Test("of different records in one place none is believed: it is a gap")
    func conflict() {
        var script = small()
        exit(&script, accepted: 6)
        var forged = script.records[5]
        forged.time = Instant(nanoseconds: 77)
        for records in [script.records + [forged], [forged] + script.records + [script.records[5]]]
        {
            let history = History(records: records)
            #expect(history.completeness.gaps.map(\.description) == ["client.1 record 3"])
            #expect(history.completeness.problems.count == 1)
            #expect(history.messages.first?.invoke == nil)
            #expect(history.records.count == script.records.count - 1)
        }
    }

    @Test("where all places are contested nothing is left, and that is told")
    func allContested() {
        let script = small()
        let other = script.records.map { record in
            var record = record
            record.run = "s"
            return record
        }
        let history = History(records: script.records + other)
        #expect(history.records.isEmpty)
        #expect(
            history.completeness.problems.contains { $0.contains("two runs are mixed: r and s") }
        )
    }

    @Test("without an exit the tail is a gap; without the barrier nothing is complete")
    func open() {
        var script = small()
        #expect(!History(records: script.records).completeness.hasBarrier)
        script.add("orchestrator", at: 10, .barrier)
        let report = History(records: script.records).completeness
        #expect(
            report.gaps == [
                EvidenceGap(
                    incarnation: NodeIncarnation(node: "client.1", incarnation: 0),
                    from: 6,
                    through: nil
                )
            ]
        )
    }

    @Test(
        "an incarnation of which nothing is there but its spawn, and one before a later one, are gaps"
    )
    func missingIncarnations() {
        var script = small()
        exit(&script, accepted: 6)
        script.add(
            "orchestrator",
            at: 11,
            .exited,
            [
                .target: "client.2", .targetIncarnation: "1", .cause: "stopped", .status: "0",
                .accepted: "3",
            ]
        )
        let report = History(records: script.records).completeness
        #expect(
            report.gaps.map(\.description) == [
                "client.2 (incarnation 1) records 0 to 2", "client.2 from record 0 on",
            ]
        )
    }
}
