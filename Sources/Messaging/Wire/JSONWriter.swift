/// Writes JSON texts without white space or line breaks.
///
/// The caller sees to it that calls come in an order that makes a JSON text; `WireWriter` does so for
/// protocol messages.
public struct JSONWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// Makes an empty writer with room for some bytes.
    public init(capacity: Int = 128) {
        bytes.reserveCapacity(capacity)
    }

    /// Writes one ASCII character of the grammar: `{`, `,` …
    mutating func mark(_ character: Unicode.Scalar) {
        bytes.append(UInt8(ascii: character))
    }

    /// Writes bytes that are JSON already.
    mutating func verbatim(_ json: some Sequence<UInt8>) {
        bytes.append(contentsOf: json)
    }

    /// Writes an integer.
    public mutating func integer(_ value: Int64) {
        if (0...9).contains(value) {
            bytes.append(UInt8(ascii: "0") + UInt8(value))
        } else {
            bytes.append(contentsOf: String(value).utf8)
        }
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) {
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes `null`.
    public mutating func null() {
        bytes.append(contentsOf: "null".utf8)
    }

    /// Writes a string with the escapes that RFC 8259 demands and no others.
    public mutating func string(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { buffer in
            var plainStart = 0
            for index in 0..<buffer.count {
                let byte = buffer[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                    continue
                }
                bytes.append(contentsOf: buffer[plainStart..<index])
                plainStart = index + 1
                escape(byte)
            }
            bytes.append(contentsOf: buffer[plainStart...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes any value.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let bool): self.bool(bool)
        case .number(let number): verbatim(number.text.utf8)
        case .string(let text): string(text)
        case .array(let elements):
            mark("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { mark(",") }
                self.value(element)
            }
            mark("]")
        case .object(let object):
            mark("{")
            for (index, member) in object.members.enumerated() {
                if index > 0 { mark(",") }
                string(member.key)
                mark(":")
                self.value(member.value)
            }
            mark("}")
        case .raw(let raw): verbatim(raw.bytes)
        }
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 0x0F)])
        }
    }
}
