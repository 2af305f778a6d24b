/// What a name must be to be registered, and its secret.
///
/// Names are shown to others and written to records: one without a character, or with characters that play
/// with a terminal, is nobody's. A login is not asked for this: what nobody could register is unknown.
public enum NameRule {
    /// What a name must be, in words.
    public static let name =
        "1 to \(ClientRequest.textBytesMax) bytes of visible text without control characters"
    /// What a secret must be, in words.
    public static let secret = "1 to \(ClientRequest.textBytesMax) bytes"

    /// Whether somebody may have this name.
    public static func allows(name: String) -> Bool {
        allows(secret: name) && name.unicodeScalars.allSatisfy { ControlPicture.of($0) == nil }
            && !name.unicodeScalars.allSatisfy(isBlank)
    }

    /// Whether somebody may have this secret.
    public static func allows(secret: String) -> Bool {
        (1...ClientRequest.textBytesMax).contains(secret.utf8.count)
    }

    /// Spaces, and what takes no place at all.
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x200B...0x200D).contains(scalar.value)
            || scalar.value == 0x2060 || scalar.value == 0xFEFF
    }
}
