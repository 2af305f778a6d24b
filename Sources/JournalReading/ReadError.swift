/// Why a journal could not be read at all.
public struct ReadError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong, and where.
    public var what: String
    /// What to do about it.
    public var remedy: String

    /// Makes an error.
    public init(what: String, remedy: String) {
        self.what = what
        self.remedy = remedy
    }

    /// What went wrong and what to do.
    public var description: String { "\(what) - \(remedy)" }
}
