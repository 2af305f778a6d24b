import Glibc
import Journal

/// One of a process's two outputs: read from its pipe, kept in a file, cut into lines.
///
/// While nobody reads, the pipe fills and the process waits; nothing is held here but one line and
/// the last few.
final class OutputChannel {
    /// The channels by their names in records.
    enum Name: String {
        case stdout
        case stderr
    }

    /// What a read met.
    enum State {
        /// More may come.
        case open
        /// All writers are gone.
        case ended
    }

    /// How many bytes are read in one turn, so that one process cannot keep us from the others.
    static let turnBytes = 16_384
    /// How many bytes of an incarnation's channel the file keeps.
    static let fileBytesMax = 64 << 20
    /// How many lines of an incarnation's channel become records.
    static let recordsMax = 100_000
    /// How many of the last lines are kept for a message, and how much of each.
    static let tailLinesMax = 20
    static let tailLineBytesMax = 400
    /// The usual and the largest size of a pipe.
    private static let pipeBytes = 65_536
    private static let pipeBytesMax = 1 << 20
    /// F_GETPIPE_SZ (fcntl(2)), which the C library only shows to GNU programs.
    private static let getPipeSize: Int32 = 1_032

    let name: Name
    let descriptor: Descriptor
    /// The last lines, the oldest first.
    private(set) var tail: [String] = []
    private var file: Descriptor?
    private var splitter = LineSplitter()
    private var fileBytes = 0
    private var records = 0

    init(_ name: Name, reading descriptor: Descriptor, filePath: String) throws {
        self.name = name
        self.descriptor = descriptor
        descriptor.setNonBlocking()
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
        file = try Descriptor(open(filePath, flags, 0o644), "make \(filePath)")
    }

    /// Reads once; hands each whole line to `line`.
    func read(_ space: inout [UInt8], _ line: (String) -> Void) -> State {
        let count = Glibc.read(descriptor.number, &space, min(space.count, Self.turnBytes))
        if count == 0 { return .ended }
        guard count > 0 else { return errno == EAGAIN || errno == EINTR ? .open : .ended }
        keep(space[..<count])
        for text in splitter.add(space[..<count]) {
            give(text, line)
        }
        return .open
    }

    /// Reads what is left, the last line without its newline too.
    ///
    /// What an ended process wrote is in the pipe, so no more is read than that holds: descendants
    /// may write on without an end.
    func finish(_ space: inout [UInt8], _ line: (String) -> Void) {
        let size = fcntl(descriptor.number, Self.getPipeSize)
        let limit = min(size > 0 ? Int(size) : Self.pipeBytes, Self.pipeBytesMax)
        var total = 0
        while total < limit {
            let count = Glibc.read(descriptor.number, &space, min(space.count, Self.turnBytes))
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            total += count
            keep(space[..<count])
            for text in splitter.add(space[..<count]) {
                give(text, line)
            }
        }
        if let text = splitter.finish() {
            give(text, line)
        }
        file = nil
    }

    private func give(_ text: String, _ line: (String) -> Void) {
        tail.append(String(decoding: text.utf8.prefix(Self.tailLineBytesMax), as: UTF8.self))
        if tail.count > Self.tailLinesMax { tail.removeFirst() }
        records += 1
        if records <= Self.recordsMax {
            line(text)
        } else if records == Self.recordsMax + 1 {
            line("(more than \(Self.recordsMax) lines: the rest is in the file alone)")
        }
    }

    private func keep(_ bytes: ArraySlice<UInt8>) {
        guard let file else { return }
        let room = Self.fileBytesMax - fileBytes
        fileBytes += bytes.count
        let isWhole = write(bytes.prefix(room), to: file)
        if fileBytes > Self.fileBytesMax, isWhole {
            let note = "\n(more than \(Self.fileBytesMax >> 20) MiB: the rest is not kept)\n"
            _ = write(Array(note.utf8)[...], to: file)
        }
        // A disk that is full is noticed by who watches the space; output goes on without a file.
        if fileBytes > Self.fileBytesMax || !isWhole { self.file = nil }
    }

    private func write(_ bytes: ArraySlice<UInt8>, to file: Descriptor) -> Bool {
        var left = bytes
        while !left.isEmpty {
            let count = left.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            left = left.dropFirst(count)
        }
        return true
    }
}
