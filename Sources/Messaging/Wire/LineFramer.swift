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
    /// Whether a line longer than the limit is under way; nothing more comes out then.
    public private(set) var isTooLong = false

    private var buffer: [UInt8] = []
    /// Where the next line begins.
    private var head = 0
    /// What lies before this place holds no line end.
    private var scanned = 0
    /// The last line ended in `\r`: a `\n` right after it belongs to it.
    private var skipsLineFeed = false

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
        if head > 0 && head == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 16)
            head = 0
            scanned = 0
        } else if head > 1 << 16 {
            buffer.removeSubrange(..<head)
            scanned -= head
            head = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole line without its end, or nil where none is complete.
    public mutating func next() -> [UInt8]? {
        guard !isTooLong else { return nil }
        if skipsLineFeed && head < buffer.count {
            if buffer[head] == 0x0A {
                head += 1
                scanned = max(scanned, head)
            }
            skipsLineFeed = false
        }
        let start = max(scanned, head)
        let end = buffer.withUnsafeBufferPointer { buffer in
            var index = start
            while index < buffer.count, buffer[index] != 0x0A, buffer[index] != 0x0D { index += 1 }
            return index
        }
        guard end - head <= lineBytesMax else {
            isTooLong = true
            buffer = []
            head = 0
            scanned = 0
            return nil
        }
        guard end < buffer.count else {
            scanned = end
            return nil
        }
        let line = Array(buffer[head..<end])
        skipsLineFeed = buffer[end] == 0x0D
        head = end + 1
        scanned = head
        return line
    }

    /// What came after the last line end, once the stream has ended; nil where there is nothing.
    public mutating func finish() -> [UInt8]? {
        guard !isTooLong, head < buffer.count else { return nil }
        let line = Array(buffer[head...])
        buffer = []
        head = 0
        scanned = 0
        return line
    }
}
