/// Replaces what is no UTF-8 by U+FFFD.
enum UTF8Repair {
    /// The bytes themselves where they are valid, else repaired ones.
    static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        let isASCII = bytes.withUnsafeBufferPointer { buffer in
            var all: UInt8 = 0
            for byte in buffer { all |= byte }
            return all < 0x80
        }
        if isASCII || String(validating: bytes, as: UTF8.self) != nil { return bytes }
        return Array(String(decoding: bytes, as: UTF8.self).utf8)
    }
}
