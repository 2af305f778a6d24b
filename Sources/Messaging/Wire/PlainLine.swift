/// A message in which nothing has to be resolved, read without building anything.
///
/// It is one JSON object of ASCII, without escapes in its keys. Messages that come by the thousand are read
/// this way; whatever is unusual about one is left to `WireReader`, which reads them all and says what is wrong.
struct PlainLine {
    /// Where a member lies in the line.
    private struct Member {
        /// The key, without its quotation marks.
        let key: Range<Int>
        let value: Range<Int>
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var members: [Member] = []

    /// How many members there are.
    var count: Int { members.count }

    /// Reads a line; `take` is given the message, where it is plain, and must not keep it.
    static func read<Result>(
        _ line: [UInt8],
        limits: JSONLimits,
        take: (PlainLine) -> Result?
    ) -> Result? {
        guard line.count <= limits.bytes, line.first == UInt8(ascii: "{") else { return nil }
        return line.withUnsafeBufferPointer { bytes in
            var all: UInt8 = 0
            for byte in bytes { all |= byte }
            guard all < 0x80, let plain = PlainLine(bytes, limits) else { return nil }
            return take(plain)
        }
    }

    private init?(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: JSONLimits) {
        self.bytes = bytes
        members.reserveCapacity(8)
        var parser = JSONParser(bytes: bytes, depthMax: limits.depth)
        let isPlain = try? parser.plainMembers { key, value in
            members.append(Member(key: key, value: value))
        }
        guard isPlain == true else { return nil }
    }

    /// The bytes of a member's value, as they were spelled; nil where there is no such member.
    func value(_ key: StaticString) -> Slice<UnsafeBufferPointer<UInt8>>? {
        for member in members where member.key.count == key.utf8CodeUnitCount {
            let start = member.key.lowerBound
            var index = 0
            while index < member.key.count, bytes[start + index] == key.utf8Start[index] {
                index += 1
            }
            if index == member.key.count { return bytes[member.value] }
        }
        return nil
    }

    /// Whether the command is this one.
    func isCommand(_ command: StaticString) -> Bool {
        guard let value = value("command"), value.count == command.utf8CodeUnitCount + 2 else {
            return false
        }
        let start = value.startIndex + 1
        return (0..<command.utf8CodeUnitCount).allSatisfy {
            bytes[start + $0] == command.utf8Start[$0]
        }
    }

    /// A string without escapes; nil where there is none.
    func text(_ key: StaticString) -> String? {
        guard let value = value(key), value.first == UInt8(ascii: "\"") else { return nil }
        let inner = value.dropFirst().dropLast()
        guard !inner.contains(UInt8(ascii: "\\")) else { return nil }
        return String(decoding: inner, as: UTF8.self)
    }

    /// A number from 1 of at most 18 digits; nil where there is none.
    func integer(_ key: StaticString) -> Int64? {
        guard let value = value(key), value.count <= 18 else { return nil }
        var number: Int64 = 0
        for byte in value {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            number = number * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return number >= 1 ? number : nil
    }

    /// The activity; nil where there is none.
    func activity() -> Activity? {
        guard let value = value("activity") else { return nil }
        return Activity(RawJSON(checked: Array(value)))
    }
}
