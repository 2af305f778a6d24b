import Checkers
import Messaging
import Simulator

/// Runs many seeds and looks for those that fail.
///
/// They run in rounds, several at once; what comes out is in the order of the seeds and does not depend
/// on how many run at once.
struct SeedSearch {
    /// What came of one seed.
    struct Result: Sendable {
        var seed: UInt64
        var failure: String?
        var exitCode: Int32
        var steps: Int
        var records: Int
        var marks: MarkSet
    }

    /// What came of all of them.
    struct Summary {
        var passed = 0
        var failures: [Result] = []
        var steps = 0
        var records = 0
        var marks = MarkSet()

        /// The worst of all seeds: violated beats invalid beats unproved beats holds.
        var exitCode: Int32 {
            let codes = Set(failures.map(\.exitCode))
            return codes.isEmpty ? 0 : [1, 3, 2].first { codes.contains($0) } ?? 1
        }
    }

    let size: SimulationPlan.Size
    /// How many run at once.
    let jobs: Int
    /// After so many failures it ends.
    let failuresMax: Int

    /// A round takes so many seeds for each that runs at once.
    private static let seedsEach = 8

    /// Runs seed after seed.
    ///
    /// - Parameters:
    ///   - seeds: From the first to the last; the end of time may come before.
    ///   - isOver: Asked before each round whether the time is up.
    ///   - heed: Told of the seeds of each round in their order.
    func run(
        _ seeds: SeedRange,
        until isOver: () -> Bool,
        heed: (Summary, [Result]) -> Void
    ) async -> Summary {
        var summary = Summary()
        var next = seeds.first
        while summary.failures.count < failuresMax, !isOver() {
            let room = seeds.last - next
            let count = min(UInt64(jobs * Self.seedsEach - 1), room)
            let results = await round(next...next + count)
            var heeded: [Result] = []
            for result in results where summary.failures.count < failuresMax {
                heeded.append(result)
                summary.steps += result.steps
                summary.records += result.records
                summary.marks.formUnion(result.marks)
                if result.failure == nil {
                    summary.passed += 1
                } else {
                    summary.failures.append(result)
                }
            }
            heed(summary, heeded)
            if count == room { break }
            next += count + 1
        }
        return summary
    }

    private func round(_ seeds: ClosedRange<UInt64>) async -> [Result] {
        let size = size
        return await withTaskGroup(of: Result.self) { group in
            var waiting = Array(seeds)[...]
            for seed in waiting.prefix(jobs) {
                group.addTask { await Self.simulate(seed, size) }
            }
            waiting = waiting.dropFirst(jobs)
            var results: [Result] = []
            for await result in group {
                results.append(result)
                guard let seed = waiting.popFirst() else { continue }
                group.addTask { await Self.simulate(seed, size) }
            }
            return results.sorted { $0.seed < $1.seed }
        }
    }

    @concurrent
    private static func simulate(_ seed: UInt64, _ size: SimulationPlan.Size) async -> Result {
        let result = Simulation.run(.swarm(seed: seed, size: size))
        let outcome = result.judge().outcome
        return Result(
            seed: seed,
            failure: result.failure(outcome),
            exitCode: result.exitCode(outcome),
            steps: result.steps,
            records: result.records.count,
            marks: result.marks
        )
    }
}
