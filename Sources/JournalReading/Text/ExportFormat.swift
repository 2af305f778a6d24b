import Evidence

/// The Journal Export Format, as `journalctl -o export` writes it.
///
/// A field is `NAME=text` and a line feed; or, where the text is no plain line, `NAME`, a line feed, the
/// length as 64 bits little-endian, the bytes, a line feed. An empty line ends an entry. Source: systemd's
/// "Journal Export Formats".
enum ExportFormat {
    private static let lineFeed = UInt8(ascii: "\n")
    private static let equals = UInt8(ascii: "=")

    /// Reads all entries of a file.
    static func read(_ bytes: UnsafeRawBufferPointer, into entries: inout TextEntries) {
        var fields: [TextEntries.Field] = []
        var place = 0
        while place < bytes.count {
            let end = end(of: place, bytes)
            if end == place {
                if !fields.isEmpty { entries.take(fields) }
                fields = []
                place += 1
                continue
            }
            let line = UnsafeRawBufferPointer(rebasing: bytes[place..<end])
            guard end < bytes.count else {
                entries.fail("the file ends in the middle of it")
                return
            }
            if let equals = line.firstIndex(of: equals) {
                fields.append((text(line[..<equals]), text(line[(equals + 1)...])))
                place = end + 1
                continue
            }
            // A length that goes beyond the file is not followed.
            guard end + 9 <= bytes.count else {
                entries.fail("the file ends in the middle of it")
                return
            }
            let length = bytes.word64(end + 1)
            let begin = end + 9
            guard length < UInt64(bytes.count - begin), bytes[begin + Int(length)] == lineFeed
            else {
                entries.fail("a field's length leads to no end of line")
                return
            }
            fields.append((text(line[...]), text(bytes[begin..<(begin + Int(length))])))
            place = begin + Int(length) + 1
        }
        if !fields.isEmpty { entries.fail("the file ends in the middle of it") }
    }

    private static func end(of place: Int, _ bytes: UnsafeRawBufferPointer) -> Int {
        bytes[place...].firstIndex(of: lineFeed) ?? bytes.count
    }

    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
