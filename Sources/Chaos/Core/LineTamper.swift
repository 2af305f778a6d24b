/// Drops, duplicates or swaps whole lines in a stream of bytes: one direction of one connection.
///
/// Lines end at a line feed. Only complete lines are passed on while it works, at most
/// `lineBytesMax` are kept back for one; a longer line passes untouched.
public struct LineTamper: Sendable {
    /// What is done to which lines.
    public struct Settings: Sendable, Equatable, Codable {
        /// What is done to a line.
        public var what: Manner
        /// Only lines that hold these bytes.
        public var matching: String
        /// How many lines, over all connections of the link.
        public var count: Int

        /// Makes settings.
        public init(what: Manner, matching: String, count: Int) {
            self.what = what
            self.matching = matching
            self.count = count
        }
    }

    /// What is done to a line.
    public enum Manner: String, Sendable, Equatable, Codable {
        /// It is not passed on.
        case drop
        /// It is passed on twice.
        case duplicate
        /// It is passed on after the next line that matches.
        case reorder
    }

    /// The longest line that is kept back.
    public static let lineBytesMax = 1 << 20

    private var partial: [UInt8] = []
    private var swapped: [UInt8]?
    private var isMidLine: Bool

    /// Makes one.
    ///
    /// - Parameter isMidLine: whether the stream is in the middle of a line now; the rest of that
    ///   line passes untouched.
    public init(isMidLine: Bool) {
        self.isMidLine = isMidLine
    }

    /// Takes bytes and returns what is to be passed on, and the lines that it changed.
    ///
    /// - Parameter budget: how many lines may still be changed; counted down.
    public mutating func pass(
        _ bytes: some Sequence<UInt8>,
        _ settings: Settings,
        budget: inout Int
    ) -> (out: [UInt8], changed: [[UInt8]]) {
        var out: [UInt8] = []
        var changed: [[UInt8]] = []
        for byte in bytes {
            if isMidLine {
                out.append(byte)
                isMidLine = byte != UInt8(ascii: "\n")
                continue
            }
            partial.append(byte)
            if byte == UInt8(ascii: "\n") {
                let line = partial
                partial.removeAll(keepingCapacity: true)
                take(line, settings, &budget, &out, &changed)
            } else if partial.count >= Self.lineBytesMax {
                out += partial
                partial.removeAll()
            }
        }
        return (out, changed)
    }

    /// What was kept back, when the fault or the connection ends.
    public mutating func flush() -> [UInt8] {
        defer {
            partial = []
            swapped = nil
        }
        return (swapped ?? []) + partial
    }

    private mutating func take(
        _ line: [UInt8],
        _ settings: Settings,
        _ budget: inout Int,
        _ out: inout [UInt8],
        _ changed: inout [[UInt8]]
    ) {
        guard Self.holds(line, Array(settings.matching.utf8)) else {
            out += line
            return
        }
        if let first = swapped {
            out += line + first
            swapped = nil
            return
        }
        guard budget > 0 else {
            out += line
            return
        }
        budget -= 1
        changed.append(line)
        switch settings.what {
        case .drop: break
        case .duplicate: out += line + line
        case .reorder: swapped = line
        }
    }

    private static func holds(_ line: [UInt8], _ pattern: [UInt8]) -> Bool {
        guard pattern.count <= line.count else { return false }
        return (0...(line.count - pattern.count)).contains { start in
            line[start..<(start + pattern.count)].elementsEqual(pattern)
        }
    }
}
