public import Evidence

/// A guarantee of the plan's own, and how the answer of its program is weighed.
///
/// The program is asked by the shell; here its answer is held against the evidence. What it says counts
/// where it can be followed: a violation needs a witness, and every witness must be a record of the run.
public struct OwnGuarantee: Sendable, Hashable {
    /// How many findings of an answer are kept.
    public static let findingsMax = 100

    /// The code: `U` and its place among the plan's own, from 1.
    public let code: String
    /// What the plan calls it.
    public let name: String
    /// The verdict that passes.
    public let expected: CheckSettings.Expected

    /// Makes the guarantee at a place, from 1.
    public init(place: Int, name: String, expected: CheckSettings.Expected) {
        precondition(place >= 1, "place must be 1 or more, got \(place)")
        code = "U\(place)"
        self.name = name
        self.expected = expected
    }

    /// What a program answered.
    public struct Answer: Sendable {
        /// The verdict's word: holds, violated, unproved.
        public var verdict: String
        /// Why, where it is unproved.
        public var reason: String?
        /// In how many cases it was put to the test; nil: not told, so that nothing holds.
        public var cases: Int?
        /// What it found.
        public var findings: [Found]

        /// Makes an answer.
        public init(verdict: String, reason: String?, cases: Int?, findings: [Found]) {
            self.verdict = verdict
            self.reason = reason
            self.cases = cases
            self.findings = findings
        }
    }

    /// One thing that a program found.
    public struct Found: Sendable {
        /// What happened, in one sentence.
        public var summary: String
        /// The messages concerned.
        public var messages: [String]
        /// The users concerned.
        public var users: [String]
        /// The records that show it.
        public var witnesses: [RecordReference]
        /// Whether no missing record could excuse it.
        public var isCertain: Bool

        /// Makes a finding.
        public init(
            summary: String,
            messages: [String],
            users: [String],
            witnesses: [RecordReference],
            isCertain: Bool
        ) {
            self.summary = summary
            self.messages = messages
            self.users = users
            self.witnesses = witnesses
            self.isCertain = isCertain
        }
    }

    /// The judgement where the program gave no answer that counts.
    public func unproved(_ reason: String) -> Judgement {
        Judgement(
            subject: .own(self),
            verdict: .unproved(reason),
            cases: 0,
            findings: [],
            totals: [:],
            counts: []
        )
    }

    /// Weighs an answer. Time: n·log n in its witnesses.
    public func judgement(_ answer: Answer, _ history: History) -> Judgement {
        let isViolated = answer.verdict == "violated"
        let unknown = answer.findings.lazy.flatMap(\.witnesses).first {
            history.index(of: $0) == nil
        }
        if let unknown {
            return unproved("its program names a witness that is no record of the run: \(unknown)")
        }
        if isViolated, !answer.findings.contains(where: { !$0.witnesses.isEmpty }) {
            return unproved("its program says violated without a witness")
        }
        let isComplete = history.completeness.isComplete
        let verdict: Verdict
        switch answer.verdict {
        case "violated":
            let stands =
                isComplete
                || answer.findings.contains { $0.isCertain && !$0.witnesses.isEmpty }
            verdict =
                stands
                ? .violated : .unproved("records are missing that could excuse what it found")
        case "holds":
            if !isComplete {
                verdict = .unproved("records are missing")
            } else if (answer.cases ?? 0) <= 0 {
                verdict = .unproved("nothing to judge")
            } else {
                verdict = .holds
            }
        case "unproved": verdict = .unproved(answer.reason ?? "its program gives no reason")
        case let word: return unproved("its program answers with no verdict: \(word.prefix(80))")
        }
        let kind: Finding.Kind =
            switch verdict {
            case .violated: .violation
            case .unproved, .invalidExperiment: .unproved
            case .holds, .notChecked: .warning
            }
        return Judgement(
            subject: .own(self),
            verdict: verdict,
            cases: max(0, answer.cases ?? answer.findings.count),
            findings: answer.findings.prefix(Self.findingsMax).map { finding($0, kind, history) },
            totals: answer.findings.isEmpty ? [:] : [kind: answer.findings.count],
            counts: []
        )
    }

    private func finding(_ found: Found, _ kind: Finding.Kind, _ history: History) -> Finding {
        let times = found.witnesses.compactMap { history.index(of: $0) }.map { history.time($0) }
        let faults = history.faults.filter { fault in
            guard let from = times.min(), let to = times.max() else { return false }
            return fault.from <= to && (fault.until ?? history.end) >= from
        }
        return Finding(
            kind: kind,
            summary: found.summary,
            witnesses: found.witnesses,
            messages: found.messages,
            users: found.users,
            faults: faults.map { "\($0.id) (\($0.summary))" }
        )
    }
}
