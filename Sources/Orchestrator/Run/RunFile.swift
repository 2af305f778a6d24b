import Checkers
import Evidence
import Foundation
import Planning

/// `run.json`: what was run, with what, how long each phase took, how to do it again.
struct RunFile {
    private let plan: Plan
    private let directory: RunDirectory
    /// The command that makes the run again.
    let command: String
    private let began = Date()
    /// The phases of the run, and what was done with its evidence.
    var phases = PhaseClock()
    /// How the run ended; nil while it goes on.
    var ending: Run.Ending?
    /// What checking it while it went on came to; nil where that was not asked for.
    var online: OnlineResult?

    init(plan: Plan, directory: RunDirectory, command: String) {
        self.plan = plan
        self.directory = directory
        self.command = command
    }

    /// The command in the run.json of a folder, or nil.
    static func command(in folder: String) -> String? {
        struct Known: Decodable {
            var command: String
        }
        guard let data = FileManager.default.contents(atPath: "\(folder)/run.json") else {
            return nil
        }
        return try? JSONDecoder().decode(Known.self, from: data).command
    }

    /// When the run began, for people.
    var beganText: String { ISO8601DateFormatter().string(from: began) }

    /// The file's text: a JSON object; durations in milliseconds.
    var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let data = try encoder.encode(content)
            return String(decoding: data, as: UTF8.self) + "\n"
        }
    }

    private struct Content: Encodable {
        struct Phase: Encodable {
            var name: String
            var beginMilliseconds: Int64
            var milliseconds: Int64
        }

        struct Online: Encodable {
            var code: String
            var verdict: String
            /// When it was certainly violated, while the run went on; CLOCK_MONOTONIC.
            var violatedNanoseconds: Int64?
        }

        var run: String
        var plan: String
        var seed: UInt64
        var command: String
        var version: String
        var host: String
        var kernel: String
        var began: String
        var ending: String?
        var online: [Online]?
        /// How many records were checked while the run went on, where that was not all of them.
        var onlineCheckedUpTo: Int?
        var phases: [Phase]
        var totalMilliseconds: Int64
        var workloadMilliseconds: Int64
        var beyondWorkloadMilliseconds: Int64?
    }

    private var content: Content {
        var name = utsname()
        uname(&name)
        let total = total
        return Content(
            run: directory.id,
            plan: plan.name,
            seed: plan.seed,
            command: command,
            version: Version.text,
            host: Self.text(&name.nodename),
            kernel: "\(Self.text(&name.sysname)) \(Self.text(&name.release))",
            began: beganText,
            ending: ending.map(Self.text),
            online: online.map(Self.verdicts),
            onlineCheckedUpTo: online?.checkedUpTo,
            phases: phases.phases.map {
                .init(
                    name: $0.name,
                    beginMilliseconds: milliseconds($0.begin),
                    milliseconds: milliseconds($0.duration)
                )
            },
            totalMilliseconds: milliseconds(total),
            workloadMilliseconds: milliseconds(workload),
            beyondWorkloadMilliseconds: ending == nil
                ? nil : milliseconds(total - workload)
        )
    }

    private static func verdicts(_ online: OnlineResult) -> [Content.Online] {
        online.verdicts.map { guarantee, verdict in
            let standing = online.violated.first { $0.guarantee == guarantee }
            return .init(
                code: guarantee.code,
                verdict: verdict.word,
                violatedNanoseconds: standing?.since.nanoseconds
            )
        }
    }

    /// What the run took besides its workload phase, for people.
    var beyondWorkload: String { "\(milliseconds(total - workload)) ms" }

    /// From the run's start to the end of its last phase.
    private var total: Duration { phases.phases.last.map { $0.begin + $0.duration } ?? .zero }

    /// How long the workload phase took.
    private var workload: Duration {
        phases.phases.filter { $0.name == "workload" }.reduce(.zero) { $0 + $1.duration }
    }

    private func milliseconds(_ duration: Duration) -> Int64 { duration.nanoseconds / 1_000_000 }

    private static func text(_ ending: Run.Ending) -> String {
        switch ending {
        case .completed: "completed"
        case .failed(let why): "failed: \(why)"
        case .violated(let what): "violated: \(what)"
        case .interrupted: "interrupted"
        case .diskFull(let why): "disk full: \(why)"
        }
    }

    private static func text<Tuple>(_ tuple: inout Tuple) -> String {
        withUnsafeBytes(of: &tuple) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
