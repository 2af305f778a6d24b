import Evidence

/// Entries as JSON, one object a line, as `journalctl -o json` writes them and `Record.jsonLine` does.
///
/// A value is a string, a number, an array of the bytes of what is no text, an array of several values, or
/// null where it was left out.
enum JSONLines {
    /// Reads all entries of a file.
    static func read(_ bytes: UnsafeRawBufferPointer, into entries: inout TextEntries) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            var scanner = Scanner(bytes: UnsafeRawBufferPointer(rebasing: line))
            do throws(Broken) {
                entries.take(try scanner.object())
            } catch {
                entries.fail("it is no JSON object as journalctl writes it: \(error.why)")
            }
        }
    }

    private struct Broken: Error {
        let why: String
    }

    /// Reads one object without nested ones.
    private struct Scanner {
        let bytes: UnsafeRawBufferPointer
        private var place = 0

        init(bytes: UnsafeRawBufferPointer) {
            self.bytes = bytes
        }

        mutating func object() throws(Broken) -> [TextEntries.Field] {
            var fields: [TextEntries.Field] = []
            try expect("{")
            if !take("}") {
                repeat {
                    let name = try string()
                    try expect(":")
                    for value in try values() { fields.append((name, value)) }
                } while take(",")
                try expect("}")
            }
            skipSpace()
            guard place == bytes.count else { throw Broken(why: "something follows it") }
            return fields
        }

        /// The values of a member: one, or several of an array.
        private mutating func values() throws(Broken) -> [String?] {
            guard take("[") else { return [try value()] }
            var texts: [String?] = []
            var blob: [UInt8] = []
            var isBlob = true
            if !take("]") {
                repeat {
                    let isText = peek() == UInt8(ascii: "\"")
                    let value = try value()
                    texts.append(value)
                    if !isText, isBlob, let byte = value.flatMap({ UInt8($0) }) {
                        blob.append(byte)
                    } else {
                        isBlob = false
                    }
                } while take(",")
                try expect("]")
            }
            return isBlob ? [String(decoding: blob, as: UTF8.self)] : texts
        }

        private mutating func value() throws(Broken) -> String? {
            if peek() == UInt8(ascii: "\"") { return try string() }
            let begin = place
            while place < bytes.count, Self.isWord(bytes[place]) { place += 1 }
            let word = String(decoding: bytes[begin..<place], as: UTF8.self)
            if word == "null" { return nil }
            guard Int64(word) != nil || UInt64(word) != nil else {
                throw Broken(why: "a value at byte \(begin) is neither text nor number")
            }
            return word
        }

        private mutating func string() throws(Broken) -> String {
            try expect("\"")
            var text: [UInt8] = []
            while place < bytes.count {
                let byte = bytes[place]
                place += 1
                if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
                if byte == UInt8(ascii: "\\") {
                    try escape(&text)
                } else {
                    text.append(byte)
                }
            }
            throw Broken(why: "a text has no end")
        }

        private mutating func escape(_ text: inout [UInt8]) throws(Broken) {
            guard place < bytes.count else { throw Broken(why: "a text has no end") }
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "n"): text.append(0x0a)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "r"): text.append(0x0d)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0c)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
            case UInt8(ascii: "u"): try unicode(&text)
            default: throw Broken(why: "an unknown escape at byte \(place - 1)")
            }
        }

        /// `\uXXXX`, and two of them for what is beyond 16 bits.
        private mutating func unicode(_ text: inout [UInt8]) throws(Broken) {
            var number = try digits()
            if number & 0xfc00 == 0xd800, place + 1 < bytes.count,
                bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u")
            {
                place += 2
                let low = try digits()
                guard low & 0xfc00 == 0xdc00 else { throw Broken(why: "half a character") }
                number = 0x10000 + (number & 0x3ff) << 10 + low & 0x3ff
            }
            guard let scalar = Unicode.Scalar(number) else { throw Broken(why: "half a character") }
            text += Array(Character(scalar).utf8)
        }

        private mutating func digits() throws(Broken) -> UInt32 {
            guard place + 4 <= bytes.count,
                let number = UInt32(
                    String(decoding: bytes[place..<(place + 4)], as: UTF8.self),
                    radix: 16
                )
            else { throw Broken(why: "an escape at byte \(place) has not four digits") }
            place += 4
            return number
        }

        private static func isWord(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2d
                || byte == 0x2b || byte == 0x2e || byte == 0x45
        }

        private mutating func skipSpace() {
            while place < bytes.count, bytes[place] <= 0x20 { place += 1 }
        }

        private mutating func peek() -> UInt8? {
            skipSpace()
            return place < bytes.count ? bytes[place] : nil
        }

        private mutating func take(_ mark: Unicode.Scalar) -> Bool {
            guard peek() == UInt8(ascii: mark) else { return false }
            place += 1
            return true
        }

        private mutating func expect(_ mark: Unicode.Scalar) throws(Broken) {
            guard take(mark) else { throw Broken(why: "\(mark) is missing at byte \(place)") }
        }
    }
}
