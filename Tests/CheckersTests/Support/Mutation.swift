import Evidence
import Testing

/// One entry of the catalogue of mutations: what is done to a valid run, and what must come of it.
struct Mutation: Sendable, CustomTestStringConvertible {
    /// What it is called.
    let name: String
    /// The verdicts that must come out, by code; every other guarantee must hold.
    let verdicts: [String: String]
    /// Whether it is done to a `SteadyRun`; else to one of `RunMaker`.
    var isSteady = false
    /// The rule of the evidence that it breaks; nil: its evidence is whole and agrees.
    var rule: EvidenceRule?
    /// Changes a run; false where this run has no place for it.
    let change: @Sendable (inout Run, inout SeededGenerator) -> Bool

    var testDescription: String { name }

    /// A valid run to change.
    func run(seed: Int) -> Run {
        isSteady ? SteadyRun.make(seed: UInt64(seed)) : RunMaker.make(seed: UInt64(seed))
    }

    static let catalogue: [Mutation] =
        delivery + order + login + server + process + service
        + evidence
}
