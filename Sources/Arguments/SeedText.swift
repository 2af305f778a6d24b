import ArgumentParser

/// The seed of chance decisions on the command line: any whole number of 64 bits.
///
///     @Option(parsing: .unconditional, help: "…", transform: SeedText.parse) var seed: UInt64 = 1
///
/// `.unconditional`, so that a negative number is told to be none, and not taken for an option.
public enum SeedText {
    /// Reads a seed.
    ///
    /// - Throws: a `ValidationError` that says what a seed is.
    public static func parse(_ text: String) throws -> UInt64 {
        guard let seed = UInt64(text) else {
            throw ValidationError("a seed must be a whole number from 0 to \(UInt64.max)")
        }
        return seed
    }
}
