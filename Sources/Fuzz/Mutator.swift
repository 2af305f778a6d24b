import Evidence
import Messaging

/// Makes lines that are nearly right from lines that are right: by bytes, and by members of JSON.
struct Mutator: Sendable {
    var random: SeededGenerator
    /// The lines to begin with; never empty.
    private let corpus: [[UInt8]]
    /// What was seen under each key of late, to be put where another value stands.
    private var seen: [String: [JSONValue]] = [:]

    /// The most values that are remembered of one key.
    private static let seenMax = 32
    /// The most bytes of a line that is made.
    private static let lineBytesMax = 1 << 16

    private static let scalars: [JSONValue] = [
        "0", "1", "-1", "2", "9223372036854775807", "-9223372036854775808", "4611686018427387904",
        "18446744073709551616", "1e999", "1.0", "1e3", "-0", "4294967296", "null", "true", "false",
        "\"\"", "\"a/b\"", "\"~\"", "\"anonymous\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}",
        "[[]]",
        "{\"\":{}}", "[{}]", "[null]", "[\"\"]",
    ].compactMap { try? JSONValue.parse(Array($0.utf8)) }

    init(corpus: [[UInt8]], random: SeededGenerator) {
        precondition(!corpus.isEmpty, "a corpus must hold a line")
        self.corpus = corpus
        self.random = random
    }

    /// A line of the corpus as it is.
    mutating func pick() -> [UInt8] {
        corpus[random.below(corpus.count)]
    }

    /// Remembers the values of a line.
    mutating func learn(_ line: [UInt8]) {
        guard let value = try? JSONValue.parse(line, limits: .server) else { return }
        learn(value, depth: 0)
    }

    private mutating func learn(_ value: JSONValue, depth: Int) {
        guard case .object(let object) = value, depth < 4 else {
            if case .array(let values) = value, depth < 4 {
                for value in values.prefix(4) { learn(value, depth: depth + 1) }
            }
            return
        }
        for member in object.members {
            var values = seen[member.key] ?? []
            if values.contains(member.value) { continue }
            if values.count < Self.seenMax {
                values.append(member.value)
            } else {
                values[random.below(values.count)] = member.value
            }
            seen[member.key] = values
            learn(member.value, depth: depth + 1)
        }
    }

    /// A line with one to four changes.
    mutating func mutate(_ line: [UInt8]) -> [UInt8] {
        var line = line
        for _ in 0...random.below(4) {
            line = random.below(3) > 0 ? changeMember(line) : changeBytes(line)
        }
        return Array(line.prefix(Self.lineBytesMax))
    }

    // MARK: Members

    private mutating func changeMember(_ line: [UInt8]) -> [UInt8] {
        guard let value = try? JSONValue.parse(line, limits: .server) else {
            return changeBytes(line)
        }
        var writer = JSONWriter()
        writer.value(change(value, key: "", depth: 0))
        return writer.bytes
    }

    private mutating func change(_ value: JSONValue, key: String, depth: Int) -> JSONValue {
        switch value {
        case .object(var object) where !object.members.isEmpty && random.below(5) > 0:
            let member = object.members[random.below(object.members.count)]
            switch random.below(12) {
            case 0: object[member.key] = nil
            case 1: object[member.key + "s"] = member.value
            case 2: object["command"] = replacement(for: "command")
            default:
                object[member.key] = change(member.value, key: member.key, depth: depth + 1)
            }
            return .object(object)
        case .array(var values) where !values.isEmpty && random.below(5) > 0:
            let place = random.below(values.count)
            switch random.below(6) {
            case 0: values.remove(at: place)
            case 1: values.append(values[place])
            case 2: values = Array(repeating: values[place], count: random.below(40))
            default: values[place] = change(values[place], key: key, depth: depth + 1)
            }
            return .array(values)
        case .null, .bool, .number, .string, .array, .object, .raw:
            return replacement(for: key)
        }
    }

    private mutating func replacement(for key: String) -> JSONValue {
        if random.below(4) > 0, let values = seen[key] { return values[random.below(values.count)] }
        if random.below(20) == 0 {
            return .string(String(repeating: "x", count: random.below(5000)))
        }
        return Self.scalars[random.below(Self.scalars.count)]
    }

    // MARK: Bytes

    private static let pieces: [[UInt8]] = [
        "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "\\ud83d", "null", "1", "-", ".", "e9",
        " ",
        "\r", "\u{0}", "\u{FEFF}", "\u{1F600}", "\"command\":", "\"activity\":{",
    ].map { Array($0.utf8) }

    private mutating func changeBytes(_ line: [UInt8]) -> [UInt8] {
        var line = line
        let place = random.below(line.count + 1)
        let end = min(line.count, place + random.below(16))
        switch random.below(9) {
        case 0 where place < line.count: line[place] ^= 1 << UInt8(random.below(8))
        case 1 where place < line.count: line[place] = UInt8(random.below(256))
        case 2: line.removeSubrange(place..<end)
        case 3: line.insert(contentsOf: line[place..<end], at: place)
        case 4: line.insert(contentsOf: Self.pieces[random.below(Self.pieces.count)], at: place)
        case 5: line.insert(contentsOf: (0..<random.below(8)).map { _ in noise() }, at: place)
        case 6: line = Array(line[..<place])
        case 7:
            let other = pick()
            line = Array(line[..<place]) + other[random.below(other.count + 1)...]
        case 8 where random.below(8) == 0:
            let open = random.below(2) == 0 ? Array("{\"activity\":".utf8) : Array("[".utf8)
            let levels = random.below(600)
            line.insert(contentsOf: (0..<levels).flatMap { _ in open }, at: place)
        default: line.append(noise())
        }
        return line
    }

    private mutating func noise() -> UInt8 { UInt8(random.below(256)) }
}
