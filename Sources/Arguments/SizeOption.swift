public import ArgumentParser
import Transport

/// A size on the command line: `512B`, `64KiB`, `1MiB`.
public struct SizeOption: ExpressibleByArgument, Sendable {
    /// The bytes; more than 0.
    public let bytes: Int

    /// Reads a size; nil where the text is none.
    public init?(argument: String) {
        guard let bytes = SizeText.parse(argument) else { return nil }
        self.bytes = bytes
    }
}
