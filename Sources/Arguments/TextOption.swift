import ArgumentParser

/// A value on the command line that says what it must be where it is not.
///
///     @Option(help: "…", transform: DurationOption.parse) var hold: DurationOption?
public protocol TextOption: Sendable {
    /// What it must be, with an example, for the message.
    static var wanted: String { get }

    /// Reads a value; nil where the text is none.
    init?(argument: String)
}

extension TextOption {
    /// Reads a value.
    ///
    /// - Throws: a `ValidationError` that says what it must be.
    public static func parse(_ text: String) throws -> Self {
        guard let value = Self(argument: text) else {
            throw ValidationError("it must be \(wanted)")
        }
        return value
    }
}
