/// What a fuzz target found wrong: it ends the round.
struct FuzzFinding: Error, CustomStringConvertible {
    var description: String
}
