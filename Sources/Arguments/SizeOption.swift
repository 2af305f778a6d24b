import Transport

/// A size on the command line: `512B`, `64KiB`, `1MiB`.
public struct SizeOption: TextOption {
    /// The bytes; more than 0.
    public let bytes: Int

    /// What it must be.
    public static let wanted = "a number above 0 with its unit: 512B, 64KiB, 1MiB"

    /// Reads a size; nil where the text is none.
    public init?(argument: String) {
        guard let bytes = SizeText.parse(argument) else { return nil }
        self.bytes = bytes
    }
}
