import Evidence
import Foundation
import Testing

@testable import Checkers

/// docs/guarantees.md says of each checker how it is checked; `UPDATE_GOLDEN=1 swift test …` writes it
/// again.
@Suite struct CheckedPageTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    private static let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    private static let page = root.appending(path: "docs/guarantees.md")
    private static let heading = "## How each checker is checked\n"

    /// The suites that hold a guarantee on valid runs, and against a slow implementation.
    private static func suites(_ guarantee: Guarantee) -> (valid: String, reference: String) {
        switch guarantee {
        case .noLoss, .noDuplication, .noCreation, .addressing, .fifo:
            ("ValidRunTests", "ReferenceTests")
        case .noResurrection, .uniqueRegistration, .durableRegistration, .singleLogin,
            .authentication, .processes, .evidence, .experiment:
            ("ValidRunTests", "LoginReferenceTests")
        case .causal, .total: ("ValidRunTests", "OrderReferenceTests")
        case .singleMaster, .oneSupervisor: ("ValidRunTests", "ServerReferenceTests")
        case .balance: ("ValidRunTests", "RedirectBoundTests")
        case .availability, .recovery, .latency: ("ServiceTests", "ServiceTests")
        }
    }

    private static func file(_ guarantee: Guarantee) -> String {
        "Sources/Checkers/Guarantees/\(guarantee.detector).swift"
    }

    private static var table: String {
        let rows = Guarantee.allCases.map { guarantee in
            let name = String(describing: guarantee.detector)
            // What contradicts itself leaves open whatever rests on it.
            let mutants = Mutation.catalogue.filter {
                $0.verdicts[guarantee.code] != nil && ($0.rule == nil || guarantee == .evidence)
            }
            .map { "\($0.name) (\($0.verdicts[guarantee.code] ?? ""))" }
            let suites = suites(guarantee)
            return """
                | \(guarantee.code) | [\(name)](../\(file(guarantee))) | \(suites.valid) | \
                \(suites.reference) | \(mutants.joined(separator: "; ")) |
                """
        }
        return """
            \(heading)
            Generated valid runs must hold; a slow implementation that shares nothing with the checker must agree on runs that were
            changed at random; each mutant of a valid run must come out as its entry says, and everything else must hold. Mutants whose
            records contradict one another are listed at E1; they leave open, besides, what rests on those records. The suites are in
            `Tests/CheckersTests`. A test keeps this table.

            | code | checker | valid runs | slow implementation | mutants |
            |---|---|---|---|---|
            \(rows.joined(separator: "\n"))

            """
    }

    @Test("the table tells of every guarantee's checker, tests and mutants")
    func page() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let begin = try #require(text.range(of: Self.heading))
        let rest = text[begin.upperBound...]
        let end = rest.range(of: "\n## ")?.lowerBound ?? rest.endIndex
        let found = String(text[begin.lowerBound..<end]) + (end == rest.endIndex ? "" : "\n")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            let after = text[end...].drop { $0 == "\n" }
            let next = text[..<begin.lowerBound] + Self.table + "\n" + after
            try Data(next.utf8).write(to: Self.page)
        } else {
            let same = found == Self.table || found == Self.table + "\n"
            #expect(same, "docs/guarantees.md is not up to date: run with UPDATE_GOLDEN=1")
        }
    }

    @Test("every guarantee has its file, its suites and a mutant", arguments: Guarantee.allCases)
    func complete(guarantee: Guarantee) throws {
        let text = try String(
            contentsOf: Self.root.appending(path: Self.file(guarantee)),
            encoding: .utf8
        )
        // The definition comes first.
        #expect(text.contains("/// \(guarantee.code) \(guarantee.name)"))
        #expect(text.contains("Time"))
        let suites = Self.suites(guarantee)
        for suite in [suites.valid, suites.reference] {
            let suite = Self.tests.appending(path: "\(suite).swift").path
            #expect(FileManager.default.fileExists(atPath: suite))
        }
        #expect(Mutation.catalogue.contains { $0.verdicts[guarantee.code] != nil })
    }

    @Test(
        "every rule that records may break is told of, and has a mutant",
        arguments: EvidenceRule.allCases
    )
    func rules(rule: EvidenceRule) throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        #expect(text.contains("\n- \(rule.meaning)"))
        #expect(Mutation.catalogue.contains { $0.rule == rule })
    }

    @Test("every mutant is found: the score is 100 %")
    func score() {
        let found = Mutation.catalogue.filter { mutation in
            for seed in 0..<400 {
                var run = mutation.run(seed: seed)
                var random = SeededGenerator(seed: UInt64(seed), stream: mutation.name)
                if mutation.change(&run, &random) { return run.verdicts() == mutation.verdicts }
            }
            return false
        }
        print("mutation score: \(found.count) of \(Mutation.catalogue.count)")
        #expect(found.count == Mutation.catalogue.count)
    }
}
