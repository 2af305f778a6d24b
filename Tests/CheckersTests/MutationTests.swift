import Checkers
import Evidence
import Testing

/// One mutation of a valid run, and exactly the guarantees that its catalogue entry names.
@Suite struct MutationTests {
    @Test(
        "a mutation breaks what its catalogue entry names, and nothing else",
        arguments: Mutation.catalogue
    )
    func breaks(mutation: Mutation) {
        var tried = 0
        for seed in 0..<400 where tried < 6 {
            var run = mutation.run(seed: seed)
            var random = SeededGenerator(seed: UInt64(seed), stream: mutation.name)
            guard mutation.change(&run, &random) else { continue }
            tried += 1
            #expect(run.verdicts() == mutation.verdicts, "seed \(seed)")
        }
        #expect(tried == 6, "only \(tried) runs had a place for it")
    }

    private static let clientCodes = [
        "D1", "D2", "D3", "D4", "D5", "O1", "O2", "O3", "R1", "R2", "L1", "L2",
    ]
    private static let serverCodes = ["L2", "S1", "S2", "B1"]

    private func unproved(_ codes: [String]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: codes.map { ($0, "unproved") })
    }

    @Test(
        "a client's log that lacks a record leaves open all that clients' records decide",
        arguments: 0..<12
    )
    func clientGap(seed: Int) throws {
        let run = RunMaker.make(seed: UInt64(seed))
        var random = SeededGenerator(seed: UInt64(seed))
        var records = run.records()
        let places = records.indices.filter {
            records[$0].node.hasPrefix("client") && records[$0].event != .closed
        }
        // Of a killed client one record more than its ack page says may be missing: not its last.
        let inner = places.filter { place in
            records.contains {
                $0.node == records[place].node && $0.incarnation == records[place].incarnation
                    && $0.sequence > records[place].sequence
            }
        }
        let picked = random.pick(inner)
        let place = try #require(picked)
        let gone = records.remove(at: place)
        #expect(run.verdicts(records) == unproved(Self.clientCodes + ["E1"]))
        let judgement = Judge(History(records: records), settings: run.settings)
            .judgement(on: .noLoss)
        #expect(judgement.verdict.reason?.contains("\(gone.node) ") == true)
        #expect(judgement.verdict.reason?.contains("record \(gone.sequence)") == true)
    }

    @Test("a client's log whose tail is cut leaves open what its records decide", arguments: 0..<12)
    func clientTail(seed: Int) {
        let run = RunMaker.make(seed: UInt64(seed))
        var records = run.records()
        let own = records.filter { $0.node == "client.1" && $0.incarnation == 0 }
        records.removeAll {
            $0.node == "client.1" && $0.incarnation == 0 && $0.sequence >= Int64(own.count * 6 / 10)
        }
        #expect(run.verdicts(records) == unproved(Self.clientCodes + ["E1"]))
    }

    @Test(
        "a server's log that lacks a record leaves open only what servers' records decide",
        arguments: 0..<12
    )
    func serverGap(seed: Int) throws {
        let run = RunMaker.make(seed: UInt64(seed))
        var records = run.records()
        let place = try #require(
            records.firstIndex { $0.node == "server.2" && $0.event == .listening }
        )
        records.remove(at: place)
        #expect(run.verdicts(records) == unproved(Self.serverCodes + ["E1"]))
    }

    @Test("without the orchestrator's end nothing is proved", arguments: 0..<12)
    func orchestratorTail(seed: Int) throws {
        let run = RunMaker.make(seed: UInt64(seed))
        var records = run.records()
        let barrier = try #require(records.first { $0.event == .barrier })
        records.removeAll { $0.node == "orchestrator" && $0.sequence >= barrier.sequence }
        #expect(
            run.verdicts(records)
                == unproved(
                    Array(Set(Self.clientCodes + Self.serverCodes)) + ["P1", "E1", "E2"]
                )
        )
    }

    @Test("a violation that no missing record could excuse stays one", arguments: 0..<12)
    func staysViolated(seed: Int) throws {
        var run = RunMaker.make(seed: UInt64(seed))
        let one = try #require(run.indices(.deliver).last)
        run.insert(after: one, .deliver, run.entries[one].fields)
        run.entries[one + 1].fields[.digest] = "00000000000000aa"
        var records = run.records()
        let gone = try #require(records.firstIndex { $0.node == "client.1" && $0.event == .send })
        records.remove(at: gone)
        var expected = unproved(Self.clientCodes + ["E1"])
        expected["D2"] = "violated"
        #expect(run.verdicts(records) == expected)
    }

    @Test("damage that every sequence number contradicts costs the evidence, not the verdicts")
    func damage() {
        let run = RunMaker.make(seed: 3)
        let history = History(records: run.records(), damage: [.suppressed(count: 4)])
        let outcome = Judge(history, settings: run.settings).outcome()
        let open = outcome.judgements.filter { outcome.comparison($0) != .passed }
        #expect(
            Set(open.map(\.code)).subtracting(
                outcome.judgements.filter { $0.verdict == .notChecked }.map(\.code)
            ) == ["E1"]
        )
        #expect(outcome.exitCode == 2)
    }

    @Test("a checker whose budget is used up proves nothing, and finds no more")
    func budget() {
        var run = RunMaker.make(seed: 3)
        run.settings.stepsMax = 5
        let history = History(records: run.records())
        let judgement = Judge(history, settings: run.settings).judgement(on: .noCreation)
        #expect(judgement.verdict == .unproved("budget"))
        #expect(judgement.cases == 5)
    }

    @Test("an expected violation passes; a guarantee that holds instead fails the run")
    func expectations() {
        var run = RunMaker.make(seed: 4)
        var few = run
        for index in run.indices(.redirectDecided).reversed() { few.entries.remove(at: index) }
        func code(_ expected: [Guarantee: CheckSettings.Expected], _ run: Run) -> Int32 {
            var settings = run.settings
            settings.expectations = expected
            return Judge(History(records: run.records()), settings: settings).outcome().exitCode
        }
        #expect(code([.noDuplication: .holds], run) == 0)
        #expect(code([.noDuplication: .violated], run) == 1)
        run.insert(
            after: run.indices(.deliver)[0],
            .deliver,
            run.entries[run.indices(.deliver)[0]].fields
        )
        #expect(code([.noDuplication: .holds], run) == 1)
        #expect(code([.noDuplication: .violated], run) == 0)
        #expect(code([.noLoss: .holds], run) == 0)
        #expect(code([.balance: .holds], few) == 2)
        run.settings.plannedFaults = [.init(id: "x", summary: "cut", heals: true)]
        #expect(code([.noLoss: .holds], run) == 3)
        #expect(code([.noDuplication: .holds], run) == 1)
    }

    @Test("a run without any record proves nothing")
    func nothing() {
        let judge = Judge(History(records: []), settings: CheckSettings())
        #expect(judge.outcome().exitCode == 2)
        #expect(judge.judgement(on: .fifo).verdict != .holds)
    }

    @Test("a guarantee is found by name and by code")
    func names() {
        #expect(Guarantee("no-loss") == .noLoss)
        #expect(Guarantee("d1") == .noLoss)
        #expect(Guarantee("no-los") == nil)
        #expect(Set(Guarantee.allCases.map(\.name)).count == Guarantee.allCases.count)
    }
}
