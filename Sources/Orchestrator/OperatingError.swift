/// Something that a run needs and that is not there: ends `ordeal` with exit code 69.
struct OperatingError: Error, CustomStringConvertible {
    /// What went wrong, and where.
    let what: String
    /// What to do about it.
    let remedy: String

    var description: String { "\(what)\n  remedy: \(remedy)" }
}
