import Glibc

/// A journal file as its header describes it.
///
/// libsystemd passes over a file that is shorter than its header says without a word, so the header is
/// read here and held against what is there. Source: systemd's "Journal File Format".
struct JournalFile: Sendable {
    /// The file's path.
    let path: String
    /// How many entries it has.
    let entries: UInt64
    /// The sequence number of its first entry, 0 where it has none.
    let firstSequence: UInt64
    /// The sequence number of its last entry, 0 where it has none.
    let lastSequence: UInt64
    /// How long the file must be.
    let expectedBytes: UInt64
    /// How long it is.
    let bytes: UInt64

    /// The file's name, as reports give it.
    var name: String {
        String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
    }

    /// Why the file cannot be whole, or nil.
    var fault: String? {
        guard bytes < expectedBytes else { return nil }
        return "it has \(bytes) bytes, its header says \(expectedBytes); it held the journal's "
            + "entries \(firstSequence) to \(lastSequence)"
    }

    private static let headerBytes = 208
    private static let signature = Array("LPKSHHRH".utf8)

    /// Reads a file's header.
    ///
    /// - Throws: `ReadError` where there is no file, or none with a journal's header.
    init(path: String) throws {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw Self.error("it cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw Self.error("its size is not known: \(String(cString: strerror(errno)))")
        }
        // A pipe would be waited for, a device has no end.
        guard status.st_mode & S_IFMT == S_IFREG else { throw Self.error("it is no regular file") }
        bytes = UInt64(max(0, status.st_size))
        var header = [UInt8](repeating: 0, count: Self.headerBytes)
        guard pread(descriptor, &header, header.count, 0) == header.count else {
            throw Self.error("it has \(bytes) bytes, less than a journal's header")
        }
        guard header.starts(with: Self.signature) else {
            throw Self.error("it does not begin as a journal file does")
        }
        let number = { (offset: Int) -> UInt64 in
            (0..<8).reduce(0) { $0 | UInt64(header[offset + $1]) << (8 * UInt64($1)) }
        }
        expectedBytes = number(88) &+ number(96)
        entries = number(152)
        lastSequence = number(160)
        firstSequence = number(168)
    }

    /// The journal files in a folder and in its folders, one level down, sorted by path.
    static func list(in folder: String) throws -> [String] {
        var files: [String] = []
        for name in try names(in: folder) {
            let path = "\(folder)/\(name)"
            if isJournal(name) {
                files.append(path)
            } else if let inner = try? names(in: path) {
                files += inner.filter(isJournal).map { "\(path)/\($0)" }
            }
        }
        return files.sorted()
    }

    private static func isJournal(_ name: String) -> Bool {
        name.hasSuffix(".journal") || name.hasSuffix(".journal~")
    }

    private static func names(in folder: String) throws -> [String] {
        guard let directory = opendir(folder) else {
            throw error("\(folder) cannot be listed: \(String(cString: strerror(errno)))")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." {
                names.append(name)
            }
        }
        return names
    }

    private static func error(_ what: String) -> ReadError {
        ReadError(what: what, remedy: "collect the file again, or judge what is left")
    }
}
