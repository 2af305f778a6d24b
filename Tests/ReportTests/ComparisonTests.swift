import Checkers
import Evidence
import Foundation
import Testing

@testable import Report

@Suite struct ComparisonTests {
    private func run(
        _ values: [RunMetrics.Metric: Double],
        _ verdict: Verdict = .holds
    ) -> RunMetrics {
        RunMetrics(run: "r", plan: "p", verdicts: [.noLoss: verdict], values: values)
    }

    @Test("a run that is named twice is found, in whichever set")
    func repeated() throws {
        #expect(Comparison.repeated(["a", "b", "c"]) == nil)
        #expect(Comparison.repeated([]) == nil)
        let found = try #require(Comparison.repeated(["a", "b", "c", "b", "a"]))
        #expect(found == (1, 3))
    }

    @Test(
        "the rank test agrees with what the tables say",
        arguments: [
            // All of one below all of the other: 2 of 20, 2 of 70, 2 of 252 choices are as uneven.
            ([1, 2, 3], [4, 5, 6], 0.1), ([1, 2, 3, 4], [5, 6, 7, 8], 2.0 / 70),
            ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 2.0 / 252), ([1, 3, 5], [2, 4, 6], 0.7),
            ([1], [2], 1), ([7, 7], [7, 7, 7], 1),
        ] as [([Double], [Double], Double)]
    )
    func tables(first: [Double], second: [Double], expected: Double) {
        #expect(abs(RankTest(first, second).probability - expected) < 1e-9)
        #expect(abs(RankTest(second, first).probability - expected) < 1e-9)
    }

    @Test("the rank test agrees with counting every choice of ranks", arguments: 0..<40)
    func bruteForce(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed), stream: "ranks")
        let sizes = (random.within(1...5), random.within(1...5))
        let first = (0..<sizes.0).map { _ in Double(random.within(0...6)) }
        let second = (0..<sizes.1).map { _ in Double(random.within(0...6)) }
        let all = first + second
        func rank(_ value: Double) -> Double {
            Double(all.count { $0 < value }) + Double(all.count { $0 == value } + 1) / 2
        }
        func distance(_ sample: [Double]) -> Double {
            abs(
                sample.map(rank).reduce(0, +)
                    - Double(first.count) * Double(all.count + 1) / 2
            )
        }
        var (extreme, every) = (0, 0)
        for choice in 0..<(1 << all.count) where choice.nonzeroBitCount == first.count {
            let picked = all.indices.filter { choice >> $0 & 1 == 1 }.map { all[$0] }
            every += 1
            if distance(picked) >= distance(first) - 1e-9 { extreme += 1 }
        }
        let expected = Double(extreme) / Double(every)
        #expect(abs(RankTest(first, second).probability - expected) < 1e-9)
    }

    @Test("sets that are apart differ, sets that are mixed do not, and worse is told from better")
    func sets() {
        let slow = (0..<8).map { run([.ack99: 10 + Double($0), .deliveries: 100]) }
        let fast = (0..<8).map { run([.ack99: 1 + Double($0) / 10, .deliveries: 100]) }
        let worse = Comparison(fast, slow)
        #expect(worse.rows.filter(\.isDifferent).map(\.metric) == [.ack99])
        #expect(worse.worse == ["send to acknowledgement, p99, ms"])
        #expect(Comparison(slow, fast).worse.isEmpty)
        #expect(Comparison(slow, slow).rows.allSatisfy { !$0.isDifferent })
    }

    @Test("two runs are put side by side, and nothing is claimed of chance")
    func pair() throws {
        let comparison = Comparison([run([.deliveries: 10])], [run([.deliveries: 5], .violated)])
        #expect(comparison.rows.allSatisfy { !$0.isDifferent })
        #expect(comparison.worse == ["D1 no-loss"])
        #expect(comparison.text.contains("D1 no-loss: holds -> violated"))
        let object = try JSONSerialization.jsonObject(with: Data(comparison.json.utf8))
        #expect((object as? [String: Any])?["worse"] as? [String] == ["D1 no-loss"])
    }

    @Test("a run is measured by its workload")
    func metrics() {
        let metrics = RunMetrics(SmallRun.report(deliveries: 1))
        #expect(metrics.values[.success] == 100)
        #expect(metrics.values[.ack50] == 100)
        #expect(metrics.values[.deliver99] == 50)
        #expect(metrics.verdicts[.noDuplication] == .holds)
    }
}
