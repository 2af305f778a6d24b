public import ArgumentParser
import Transport

/// A duration on the command line: `250ms`, `2s`.
public struct DurationOption: ExpressibleByArgument, Sendable {
    /// The duration.
    public let duration: Duration

    /// Reads a duration; nil where the text is none.
    public init?(argument: String) {
        guard let duration = DurationText.parse(argument) else { return nil }
        self.duration = duration
    }
}
