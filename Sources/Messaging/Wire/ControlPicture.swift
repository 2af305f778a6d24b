/// Characters that play with a terminal, and what stands for them where a person reads.
enum ControlPicture {
    /// What stands for a character that must not reach a terminal; nil for all others.
    ///
    /// C0 and DEL have their pictures (an escape is ␛), breaks of lines and paragraphs and tabs a space, C1 and the
    /// marks that turn the direction of writing U+FFFD.
    static func of(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: " "
        case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value)
        case 0x7F: "\u{2421}"
        case 0x80..<0xA0, 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: "\u{FFFD}"
        case _: nil
        }
    }
}
