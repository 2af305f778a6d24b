import Transport

/// A rate on the command line: `5/s`, `1/10s`, `0/s`.
public struct RateOption: TextOption {
    /// The time from one event to the next; nil: never.
    public let interval: Duration?

    /// What it must be.
    public static let wanted = "a number of events for a time: 5/s, 1/10s, 0/s"

    /// Reads a rate; nil where the text is none.
    public init?(argument: String) {
        switch RateText.parse(argument) {
        case .never?: interval = nil
        case .every(let duration)?: interval = duration
        case nil: return nil
        }
    }
}
