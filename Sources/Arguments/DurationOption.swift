import Transport

/// A duration on the command line: `250ms`, `2s`.
public struct DurationOption: TextOption {
    /// The duration.
    public let duration: Duration

    /// What it must be.
    public static let wanted = "a number above 0 with its unit: 250ms, 2s, 5m"

    /// Reads a duration; nil where the text is none.
    public init?(argument: String) {
        guard let duration = DurationText.parse(argument) else { return nil }
        self.duration = duration
    }
}
