/// The exit codes of `ordeal` that no verdict gives (guarantees.md, section 4).
enum ExitStatus {
    /// Wrong usage.
    static let usage: Int32 = 64
    /// The plan is wrong.
    static let plan: Int32 = 65
    /// Something that is needed is not available.
    static let unavailable: Int32 = 69
    /// An error of Ordeal's own.
    static let `internal`: Int32 = 70
    /// It came out well, but standard output did not take what was said of it.
    static let outputLost: Int32 = 74
    /// Interrupted, after healing and collecting.
    static let interrupted: Int32 = 130
}
