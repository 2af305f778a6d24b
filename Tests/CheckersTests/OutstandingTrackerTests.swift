import Checkers
import Evidence
import Testing

@Suite struct OutstandingTrackerTests {
    private func outstanding(_ run: Run) -> OutstandingTracker.Outstanding {
        var tracker = OutstandingTracker(hold: run.settings.hold)
        var result = tracker.outstanding()
        for record in run.records() {
            tracker.add(record)
            if record.event == .drainEnded {
                result = tracker.outstanding()
            }
        }
        return result
    }

    @Test("nothing is outstanding when a valid run's drain ends", arguments: 0..<60)
    func valid(seed: Int) {
        #expect(outstanding(RunMaker.make(seed: UInt64(seed))).total == 0)
    }

    @Test("a delivery that is lost stays outstanding to the end", arguments: 0..<60)
    func lost(seed: Int) {
        var run = RunMaker.make(seed: UInt64(seed))
        var random = SeededGenerator(seed: UInt64(seed))
        guard Mutation.catalogue[0].change(&run, &random) else { return }
        #expect(outstanding(run).deliveries == 1)
    }

    @Test("a send without completion is outstanding until its client ends")
    func sends() {
        var tracker = OutstandingTracker(hold: .zero)
        let send = Record(
            run: "r",
            node: "client.1",
            incarnation: 0,
            sequence: 0,
            time: .zero,
            event: .send,
            fields: [.user: "u", .message: "u/s/1", .digest: "0000000000000000"]
        )
        tracker.add(send)
        #expect(tracker.outstanding().sends == 1)
        #expect(tracker.movements == 0)
        tracker.add(
            Record(
                run: "r",
                node: "orchestrator",
                incarnation: 0,
                sequence: 0,
                time: .zero,
                event: .exited,
                fields: [.target: "client.1", .targetIncarnation: "0"]
            )
        )
        #expect(tracker.outstanding().sends == 0)
    }

    @Test("records that are asked about at every step give the same as at the end")
    func incremental() {
        let run = RunMaker.make(seed: 5)
        var often = OutstandingTracker(hold: run.settings.hold)
        var once = OutstandingTracker(hold: run.settings.hold)
        for record in run.records() {
            often.add(record)
            once.add(record)
            _ = often.outstanding()
        }
        #expect(often.outstanding() == once.outstanding())
        #expect(often.movements == once.movements)
    }
}
