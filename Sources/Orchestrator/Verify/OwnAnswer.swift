import Checkers
import Evidence
import Foundation

/// The answer of a guarantee's program, as JSON has it. docs/guarantees.md says what each member means.
struct OwnAnswer: Decodable {
    /// holds, violated, unproved.
    var verdict: String
    /// Why, where it is unproved.
    var reason: String?
    /// In how many cases it was put to the test.
    var cases: Int?
    /// What it found.
    var findings: [Found]?

    struct Found: Decodable {
        var summary: String
        var messages: [String]?
        var users: [String]?
        var witnesses: [Witness]?
        var certain: Bool?
    }

    struct Witness: Decodable {
        var node: String
        var incarnation: Int
        var sequence: Int64
    }

    /// The same as the checkers have it.
    var answer: OwnGuarantee.Answer {
        OwnGuarantee.Answer(
            verdict: verdict,
            reason: reason,
            cases: cases,
            findings: (findings ?? []).map { found in
                OwnGuarantee.Found(
                    summary: found.summary,
                    messages: found.messages ?? [],
                    users: found.users ?? [],
                    witnesses: (found.witnesses ?? []).map {
                        RecordReference(
                            node: $0.node,
                            incarnation: $0.incarnation,
                            sequence: $0.sequence
                        )
                    },
                    isCertain: found.certain ?? false
                )
            }
        )
    }

    /// Asks the program of a guarantee and weighs what it says; whatever goes wrong is unproved.
    static func judgement(
        on guarantee: OwnGuarantee,
        asking program: OwnProgram,
        _ history: History
    ) -> Judgement {
        let data: Data
        do {
            data = try program.ask(history)
        } catch let failure as OwnProgram.Failure {
            return guarantee.unproved(failure.reason)
        } catch {
            return guarantee.unproved("its program could not be asked: \(error)")
        }
        do {
            let own = try JSONDecoder().decode(OwnAnswer.self, from: data)
            return guarantee.judgement(own.answer, history)
        } catch {
            let text = String(decoding: data.prefix(80), as: UTF8.self)
            let shown = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            return guarantee.unproved(
                "its program's answer is not the JSON of a verdict: \"\(shown)\""
            )
        }
    }
}
