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
        allows(secret: name) && !name.unicodeScalars.contains(where: isControl)
            && !name.unicodeScalars.allSatisfy(isBlank)
    }

    /// Whether somebody may have this secret.
    public static func allows(secret: String) -> Bool {
        (1...ClientRequest.textBytesMax).contains(secret.utf8.count)
    }

    /// C0, DEL, C1, the separators of lines and paragraphs, and the marks that turn the direction of writing.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        case _: false
        }
    }

    /// Spaces, and what takes no place at all.
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x200B...0x200D).contains(scalar.value)
            || scalar.value == 0x2060 || scalar.value == 0xFEFF
    }
}
