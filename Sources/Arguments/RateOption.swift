public import ArgumentParser
import Transport

/// A rate on the command line: `5/s`, `1/10s`, `0/s`.
public struct RateOption: ExpressibleByArgument, Sendable {
    /// The time from one event to the next; nil: never.
    public let interval: Duration?

    /// Reads a rate; nil where the text is none.
    public init?(argument: String) {
        switch RateText.parse(argument) {
        case .never?: interval = nil
        case .every(let duration)?: interval = duration
        case nil: return nil
        }
    }
}
