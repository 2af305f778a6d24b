/// Why a disk cannot be used: what, where, why and the remedy in one sentence.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of trouble it is.
    public enum Code: String, Sendable, Hashable {
        /// The folder or file cannot be made, read or written.
        case unreachable
        /// Another process has it open.
        case inUse
        /// The file is no database of ours.
        case foreign
        /// The file is one of ours, and damaged.
        case damaged
        /// There is no room left.
        case full
    }

    /// What kind of trouble it is.
    public let code: Code
    /// The sentence.
    public let description: String

    /// Makes an error with this text.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
