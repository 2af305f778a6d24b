/// A strict reader of one JSON text (RFC 8259) that lies in memory as valid UTF-8.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let depthMax: Int
    private let rawKeys: [String]
    private var place = 0

    init(bytes: UnsafeBufferPointer<UInt8>, depthMax: Int, rawKeys: [String] = []) {
        self.bytes = bytes
        self.depthMax = depthMax
        self.rawKeys = rawKeys
    }

    /// Reads the whole text.
    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depth: 1, building: true)
        skipSpace()
        guard place == bytes.count else { throw failure("the end") }
        return value
    }

    /// Reads the whole text as an object and says where each member lies: its key and the range from the
    /// key's quotation mark to the end of its value.
    mutating func memberRanges() throws(JSONError) -> [(key: String, range: Range<Int>)] {
        skipSpace()
        guard peek == UInt8(ascii: "{") else { throw failure("an object") }
        var found: [(key: String, range: Range<Int>)] = []
        try members(depth: 1) { parser, key, start throws(JSONError) in
            _ = try parser.value(depth: 2, building: false)
            found.append((parser.text(of: key), start..<parser.place))
        }
        skipSpace()
        guard place == bytes.count else { throw failure("the end") }
        return found
    }

    /// Reads the whole text as an object without escapes in its keys, and builds nothing: `take` is told
    /// where each key lies, without its quotation marks, and where its value does. False where there is
    /// an escape in a key.
    mutating func plainMembers(
        _ take: (_ key: Range<Int>, _ value: Range<Int>) -> Void
    ) throws(JSONError) -> Bool {
        skipSpace()
        guard peek == UInt8(ascii: "{") else { return false }
        var isPlain = true
        try members(depth: 1) { parser, key, _ throws(JSONError) in
            parser.skipSpace()
            let start = parser.place
            _ = try parser.value(depth: 2, building: false)
            isPlain = isPlain && !key.hasEscapes
            take(key.range, start..<parser.place)
        }
        skipSpace()
        guard place == bytes.count else { throw failure("the end") }
        return isPlain
    }

    private var peek: UInt8? { place < bytes.count ? bytes[place] : nil }

    private func failure(_ expected: String) -> JSONError {
        JSONError(expected: expected, place: place)
    }

    private mutating func skipSpace() {
        while place < bytes.count {
            switch bytes[place] {
            case 0x20, 0x09, 0x0A, 0x0D: place += 1
            default: return
            }
        }
    }

    /// Reads one value; where it is not built, it is only checked and the result is null.
    private mutating func value(depth: Int, building: Bool) throws(JSONError) -> JSONValue {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"):
            return try object(depth: depth, building: building)
        case UInt8(ascii: "["):
            return try array(depth: depth, building: building)
        case UInt8(ascii: "\""):
            let span = try stringSpan()
            return building ? .string(text(of: span)) : .null
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        case .some(let byte) where byte == UInt8(ascii: "-") || isDigit(byte):
            let range = try number()
            guard building else { return .null }
            let text = String(decoding: bytes[range], as: UTF8.self)
            return .number(JSONNumber(validText: text))
        case .some, .none:
            throw failure("a value")
        }
    }

    private mutating func object(depth: Int, building: Bool) throws(JSONError) -> JSONValue {
        guard depth <= depthMax else { throw failure("at most \(depthMax) levels") }
        guard building else {
            try members(depth: depth) { parser, _, _ throws(JSONError) in
                _ = try parser.value(depth: depth + 1, building: false)
            }
            return .null
        }
        // As many as most messages have.
        var object = JSONObject(capacity: 8)
        try members(depth: depth) { parser, key, _ throws(JSONError) in
            let key = parser.text(of: key)
            guard parser.rawKeys.contains(key) else {
                object.append(key: key, value: try parser.value(depth: depth + 1, building: true))
                return
            }
            parser.skipSpace()
            let start = parser.place
            _ = try parser.value(depth: depth + 1, building: false)
            let raw = RawJSON(checked: Array(parser.bytes[start..<parser.place]))
            object.append(key: key, value: .raw(raw))
        }
        object.settle()
        return .object(object)
    }

    /// Walks over the members of an object; `take` reads the value, and is told where the key began.
    private mutating func members(
        depth: Int,
        take: (inout JSONParser, StringSpan, Int) throws(JSONError) -> Void
    ) throws(JSONError) {
        place += 1
        skipSpace()
        if peek == UInt8(ascii: "}") {
            place += 1
            return
        }
        while true {
            skipSpace()
            let start = place
            guard peek == UInt8(ascii: "\"") else { throw failure("a key") }
            let key = try stringSpan()
            skipSpace()
            guard peek == UInt8(ascii: ":") else { throw failure("':'") }
            place += 1
            try take(&self, key, start)
            skipSpace()
            switch peek {
            case UInt8(ascii: ","): place += 1
            case UInt8(ascii: "}"):
                place += 1
                return
            case .some, .none: throw failure("',' or '}'")
            }
        }
    }

    private mutating func array(depth: Int, building: Bool) throws(JSONError) -> JSONValue {
        guard depth <= depthMax else { throw failure("at most \(depthMax) levels") }
        var values: [JSONValue] = []
        place += 1
        skipSpace()
        if peek == UInt8(ascii: "]") {
            place += 1
            return .array(values)
        }
        while true {
            let element = try value(depth: depth + 1, building: building)
            if building { values.append(element) }
            skipSpace()
            switch peek {
            case UInt8(ascii: ","): place += 1
            case UInt8(ascii: "]"):
                place += 1
                return .array(values)
            case .some, .none: throw failure("',' or ']'")
            }
        }
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        let count = word.utf8CodeUnitCount
        guard bytes.count - place >= count else { throw failure("\(word)") }
        for index in 0..<count where bytes[place + index] != word.utf8Start[index] {
            throw failure("\(word)")
        }
        place += count
    }

    private mutating func digits() throws(JSONError) {
        guard let first = peek, isDigit(first) else { throw failure("a digit") }
        while let next = peek, isDigit(next) { place += 1 }
    }

    private mutating func number() throws(JSONError) -> Range<Int> {
        let start = place
        if peek == UInt8(ascii: "-") { place += 1 }
        if peek == UInt8(ascii: "0") {
            place += 1
        } else {
            try digits()
        }
        if peek == UInt8(ascii: ".") {
            place += 1
            try digits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            place += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { place += 1 }
            try digits()
        }
        return start..<place
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// What lies between two quotation marks.
    private struct StringSpan {
        let range: Range<Int>
        let hasEscapes: Bool
    }

    /// Checks a string and steps over it.
    private mutating func stringSpan() throws(JSONError) -> StringSpan {
        place += 1
        let start = place
        var hasEscapes = false
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\"") {
                place += 1
                return StringSpan(range: start..<(place - 1), hasEscapes: hasEscapes)
            }
            guard byte >= 0x20 else { throw failure("an escaped control character") }
            place += 1
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try escape()
            }
        }
        throw failure("'\"'")
    }

    private mutating func escape() throws(JSONError) {
        switch peek {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            place += 1
        case UInt8(ascii: "u"):
            place += 1
            for _ in 0..<4 {
                guard let byte = peek, hexadecimal(byte) != nil else {
                    throw failure("four hexadecimal digits")
                }
                place += 1
            }
        case .some, .none:
            throw failure("one of \"\\/bfnrtu")
        }
    }

    private func hexadecimal(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The text of a string that `stringSpan` has checked.
    private func text(of span: StringSpan) -> String {
        guard span.hasEscapes else { return String(decoding: bytes[span.range], as: UTF8.self) }
        var units: [UInt16] = []
        var text = ""
        var plainStart = span.range.lowerBound
        var index = plainStart
        func flushPlain(to end: Int) {
            guard end > plainStart else { return }
            text += String(decoding: units, as: UTF16.self)
            units.removeAll(keepingCapacity: true)
            text += String(decoding: bytes[plainStart..<end], as: UTF8.self)
        }
        while index < span.range.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            flushPlain(to: index)
            let (unit, length) = escapedUnit(at: index)
            units.append(unit)
            index += length
            plainStart = index
        }
        flushPlain(to: index)
        return text + String(decoding: units, as: UTF16.self)
    }

    /// The UTF-16 unit that the escape at a place stands for, and the escape's length in bytes.
    private func escapedUnit(at index: Int) -> (unit: UInt16, length: Int) {
        switch bytes[index + 1] {
        case UInt8(ascii: "b"): return (0x08, 2)
        case UInt8(ascii: "f"): return (0x0C, 2)
        case UInt8(ascii: "n"): return (0x0A, 2)
        case UInt8(ascii: "r"): return (0x0D, 2)
        case UInt8(ascii: "t"): return (0x09, 2)
        case UInt8(ascii: "u"):
            var unit: UInt16 = 0
            for offset in 2..<6 {
                unit = unit << 4 | (hexadecimal(bytes[index + offset]) ?? 0)
            }
            return (unit, 6)
        case let plain: return (UInt16(plain), 2)
        }
    }
}
