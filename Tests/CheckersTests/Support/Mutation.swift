import Evidence
import Testing

/// One entry of the catalogue of mutations: what is done to a valid run, and what must come of it.
struct Mutation: Sendable, CustomTestStringConvertible {
    /// What it is called.
    let name: String
    /// The verdicts that must come out, by code; every other guarantee must hold.
    let verdicts: [String: String]
    /// Changes a run; false where this run has no place for it.
    let change: @Sendable (inout Run, inout SeededGenerator) -> Bool

    var testDescription: String { name }

    static let catalogue: [Mutation] = delivery + login + process
}
