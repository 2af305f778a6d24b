/// Cuts a stream of bytes into lines at `\n`, `\r\n` and `\r`.
///
/// An empty line is a line; so is what comes before the end of the stream without a line end.
///
///     framer.append(segment)
///     while let line = framer.next() { … }
///     if framer.isTooLong { … close … }
public struct LineFramer: Sendable {
    /// The most bytes of one line, its end not counted; more than 0.
    public var lineBytesMax: Int {
        didSet {
            precondition(lineBytesMax > 0, "lineBytesMax must be more than 0, got \(lineBytesMax)")
        }
    }
    /// Whether a line longer than the limit is under way; nothing more comes out then, unless it is skipped.
    public private(set) var isTooLong = false

    private var buffer: [UInt8] = []
    /// Where the next line begins.
    private var head = 0
    /// What lies before this place holds no line end.
    private var scanned = 0
    /// The last line ended in `\r`: a `\n` right after it belongs to it.
    private var skipsLineFeed = false
    /// What comes up to the next line end belongs to a line that is given up.
    private var isSkipping = false

    /// Makes a framer. The default limit is 1 MiB.
    public init(lineBytesMax: Int = 1 << 20) {
        precondition(lineBytesMax > 0, "lineBytesMax must be more than 0, got \(lineBytesMax)")
        self.lineBytesMax = lineBytesMax
    }

    /// How many bytes wait for the end of their line.
    public var pendingBytes: Int { buffer.count - head }

    /// Takes what arrived.
    public mutating func append(_ bytes: some Collection<UInt8>) {
        guard !isTooLong else { return }
        makeRoom()
        buffer.append(contentsOf: bytes)
    }

    /// Takes what arrived, as it lies in memory.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !isTooLong else { return }
        makeRoom()
        buffer.append(contentsOf: bytes)
    }

    /// Forgets the lines that are out.
    private mutating func makeRoom() {
        if head > 0 && head == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 16)
            head = 0
            scanned = 0
        } else if head > 1 << 16 {
            buffer.removeSubrange(..<head)
            scanned -= head
            head = 0
        }
    }

    /// The next whole line without its end, or nil where none is complete.
    public mutating func next() -> [UInt8]? {
        guard !isTooLong else { return nil }
        if isSkipping, !skip() { return nil }
        if skipsLineFeed && head < buffer.count {
            if buffer[head] == 0x0A {
                head += 1
                scanned = max(scanned, head)
            }
            skipsLineFeed = false
        }
        let start = max(scanned, head)
        let end = buffer.withUnsafeBytes { Self.lineEnd(in: $0, from: start) }
        guard end - head <= lineBytesMax else {
            isTooLong = true
            buffer = Array(buffer[end...])
            head = 0
            scanned = 0
            return nil
        }
        guard end < buffer.count else {
            scanned = end
            return nil
        }
        let line = Array(buffer[head..<end])
        goBehind(end)
        return line
    }

    /// Goes on behind the byte that ends a line.
    private mutating func goBehind(_ end: Int) {
        skipsLineFeed = buffer[end] == 0x0D
        head = end + 1
        scanned = head
    }

    /// Gives up the line that is too long, and goes on behind its end.
    public mutating func skipLine() {
        precondition(isTooLong, "no line is too long")
        isTooLong = false
        isSkipping = true
    }

    /// Drops what is left of a line that is given up; whether its end is here.
    private mutating func skip() -> Bool {
        let end = buffer.withUnsafeBytes { Self.lineEnd(in: $0, from: head) }
        guard end < buffer.count else {
            buffer = []
            head = 0
            scanned = 0
            return false
        }
        isSkipping = false
        goBehind(end)
        return true
    }

    /// Whether one of the eight bytes of a word is this one: a byte becomes 0, and only a 0 borrows.
    private static func holds(_ word: UInt64, _ byte: UInt8) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let rest = word ^ (ones &* UInt64(byte))
        return (rest &- ones) & ~rest & (ones << 7) != 0
    }

    /// Where the next line end lies; the end of the bytes where there is none.
    private static func lineEnd(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        // Eight bytes at a time: most of a line holds no end.
        while index + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if holds(word, 0x0A) || holds(word, 0x0D) { break }
            index += 8
        }
        while index < bytes.count, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
        return index
    }

    /// What came after the last line end, once the stream has ended; nil where there is nothing.
    public mutating func finish() -> [UInt8]? {
        guard !isTooLong, !isSkipping, head < buffer.count else { return nil }
        let line = Array(buffer[head...])
        buffer = []
        head = 0
        scanned = 0
        return line
    }
}
