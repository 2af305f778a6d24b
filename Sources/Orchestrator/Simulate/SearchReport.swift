import Foundation
import Messaging
import Simulator

/// What a search over seeds found, for people and as JSON.
struct SearchReport: Encodable {
    /// One failing seed.
    struct Failure: Encodable {
        var seed: UInt64
        var what: String
        var exitCode: Int32
        var command: String
    }

    var seeds: Int
    var passed: Int
    var failed: Int
    var seconds: Double
    var steps: Int
    var records: Int
    var marksNeverTaken: [String]
    var failures: [Failure]

    init(_ summary: SeedSearch.Summary, size: SimulationPlan.Size, took: Duration) {
        seeds = summary.passed + summary.failures.count
        passed = summary.passed
        failed = summary.failures.count
        let (whole, rest) = took.components
        seconds = Double(whole) + (Double(rest / 1_000_000_000_000_000) / 1000)
        steps = summary.steps
        records = summary.records
        marksNeverTaken = summary.marks.missing.filter { !Mark.besides.contains($0) }.map {
            "\($0)"
        }
        failures = summary.failures.map { failure in
            Failure(
                seed: failure.seed,
                what: failure.failure ?? "",
                exitCode: failure.exitCode,
                command: Self.command(seed: failure.seed, size: size)
            )
        }
    }

    /// The command that replays one seed.
    static func command(seed: UInt64, size: SimulationPlan.Size) -> String {
        "ordeal simulate --seed \(seed)" + (size == .full ? "" : " --size \(size.rawValue)")
    }

    /// One line that says how many passed; the failures were shown when they were found.
    var text: String {
        let time = String(format: "%.1f", seconds)
        let text =
            "\(seeds) seeds: \(passed) passed, \(failed) failed; "
            + "\(steps) steps, \(records) records, \(time) s"
        guard !marksNeverTaken.isEmpty else { return text }
        return text + "\nnever taken: " + marksNeverTaken.joined(separator: ", ")
    }

    /// The members of `SearchReport` as a JSON object.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
