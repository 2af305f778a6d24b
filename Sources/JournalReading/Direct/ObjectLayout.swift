/// Where things are in a journal file, and what libsystemd demands of each object before it reads it.
///
/// Source: systemd's "Journal File Format".
struct ObjectLayout {
    static let data: UInt8 = 1
    static let entry: UInt8 = 3
    static let entryArray: UInt8 = 6
    /// The greatest kind of object that there is.
    static let kindMax: UInt8 = 7
    static let headerBytes = 208
    private static let keyedFlag: UInt32 = 1 << 2
    private static let compactFlag: UInt32 = 1 << 4
    /// That texts may be compressed, by XZ, LZ4 or ZSTD; which ones are each says itself.
    private static let compressedFlags: UInt32 = 1 << 0 | 1 << 1 | 1 << 3
    /// Times are microseconds below this.
    private static let timeEnd: UInt64 = 1 << 55

    let isKeyed: Bool
    let isCompact: Bool
    let key: (UInt64, UInt64)
    /// Where the first object is.
    let begin: UInt64
    /// Where the last object is.
    let tail: UInt64
    let entries: UInt64
    /// Where the first list of entries is.
    let entryArray: UInt64

    /// Reads a header; nil where it is none, or the file has what only libsystemd reads.
    init?(_ file: UnsafeRawBufferPointer) {
        guard file.count >= Self.headerBytes, file.count >> 3 < UInt32.max else { return nil }
        let flags = file.word32(12)
        guard flags & ~(Self.keyedFlag | Self.compactFlag | Self.compressedFlags) == 0 else {
            return nil
        }
        isKeyed = flags & Self.keyedFlag != 0
        isCompact = flags & Self.compactFlag != 0
        key = (file.word64(24), file.word64(32))
        begin = file.word64(88)
        tail = file.word64(136)
        entries = file.word64(152)
        entryArray = file.word64(176)
        let size = UInt64(file.count)
        guard begin >= Self.headerBytes, begin % 8 == 0, begin <= tail, tail <= size - 16 else {
            return nil
        }
        let (end, overflow) = begin.addingReportingOverflow(file.word64(96))
        guard !overflow, end <= size, tail < end else { return nil }
    }

    /// Where the text of a data object begins in it.
    var payload: Int { isCompact ? 72 : 64 }
    /// How many bytes each data object of an entry takes in it.
    var itemBytes: Int { isCompact ? 4 : 16 }
    /// How many bytes each entry takes in a list of them.
    var arrayItemBytes: Int { isCompact ? 4 : 8 }

    /// An offset in an entry or in a list of entries.
    func offset(_ file: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
        isCompact ? UInt64(file.word32(place)) : file.word64(place)
    }

    /// Whether libsystemd would take this object for a data object that is not compressed.
    func isData(_ object: UnsafeRawBufferPointer) -> Bool {
        guard object[1] == 0, object.count > payload else { return false }
        // Where it is in lists: set together or not at all, and where objects can be.
        let first = object.word64(40)
        guard (first == 0) == (object.word64(56) == 0) else { return false }
        let offsets = object.word64(24) | object.word64(32) | first | object.word64(48)
        return offsets & 7 == 0
    }

    /// Whether libsystemd would take this object for an entry.
    func isEntry(_ object: UnsafeRawBufferPointer) -> Bool {
        guard object[1] == 0, object.count > 64, (object.count - 64) % itemBytes == 0 else {
            return false
        }
        let realtime = object.word64(24)
        return object.word64(16) > 0 && realtime > 0 && realtime < Self.timeEnd
            && object.word64(32) < Self.timeEnd
    }

    /// Whether the lists of entries, from the first on, name just these, in this order.
    ///
    /// - Parameter offsets: where the entries are, each divided by eight.
    func lists(_ file: UnsafeRawBufferPointer, name offsets: [UInt32]) -> Bool {
        guard UInt64(offsets.count) == entries else { return false }
        var next = 0
        var list = entryArray
        var before: UInt64 = 0
        while next < offsets.count {
            // A later list is always behind the one before it, so this ends.
            guard list > before, list % 8 == 0, list <= tail, list <= UInt64(file.count) - 24 else {
                return false
            }
            let place = Int(list)
            let size = file.word64(place + 8)
            guard file[place] == Self.entryArray, file[place + 1] == 0, size > 24,
                size <= UInt64(file.count) - list, (size - 24) % UInt64(arrayItemBytes) == 0
            else { return false }
            for item in stride(from: place + 24, to: place + Int(size), by: arrayItemBytes) {
                guard next < offsets.count else { break }
                guard offset(file, item) == UInt64(offsets[next]) << 3 else { return false }
                next += 1
            }
            before = list
            list = file.word64(place + 16)
        }
        return true
    }
}
