import Evidence
import Journal

/// How long each step of a verification took: reading the journal, relating its records, each checker.
struct VerificationTiming {
    /// How many records there were.
    var records = 0
    private(set) var steps: [(name: String, time: Duration)] = []

    /// Does a step and notes its time.
    mutating func measure<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
        let begin = MonotonicClock.now()
        defer { steps.append((name, MonotonicClock.now() - begin)) }
        return try body()
    }

    /// One line for each step, and one for all that judged: name, seconds, records a second.
    var text: String {
        let judging = steps.dropFirst(2).reduce(Duration.zero) { $0 + $1.time }
        let all = Array(steps.prefix(2)) + [("judge", judging)] + steps.dropFirst(2)
        let head = "timing: records \(records) of the run"
        return head + "\n"
            + all.map { name, time in
                let rate = Double(records) / max(time.seconds, 1e-9)
                let milliseconds = time.nanoseconds / 1_000_000
                return "timing: \(name) \(milliseconds) ms, \(Int(rate)) records/s"
            }.joined(separator: "\n")
    }
}
