/// Which entries of a journal file are as they were written, by the hashes in the file.
///
/// Each data object carries the hash of its text; each entry the XOR of the hashes of all its texts.
/// libsystemd checks neither when it reads, and gives a flipped bit back as another user or message; so
/// an entry that is not sealed here is treated as missing. No offset in the file is trusted.
/// Objects that journald compressed cannot be checked without unpacking and are taken as they are, where
/// the file's header says that it holds such; the private journal of a run compresses nothing. Source: systemd's "Journal File Format".
struct JournalSeals: Sendable {
    /// How many fields each entry has that is as it was written, by its sequence number.
    ///
    /// libsystemd passes over a field that it cannot unpack without a word, so a reader counts.
    private(set) var intact: [UInt64: Int] = [:]
    /// Why the walk over the file ended early, or nil.
    private(set) var broken: String?

    private static let dataType: UInt8 = 1
    private static let entryType: UInt8 = 3
    private static let keyedHashFlag: UInt32 = 1 << 2
    private static let compactFlag: UInt32 = 1 << 4
    private static let compressionMask: UInt8 = 7
    /// The header's flag for each flag of an object: XZ, LZ4, ZSTD.
    private static let compressions: [(object: UInt8, header: UInt32)] = [
        (1 << 0, 1 << 0), (1 << 1, 1 << 1), (1 << 2, 1 << 3),
    ]

    /// How an entry's data object is.
    private enum Seal {
        case intact(UInt64)
        case broken
        case unknown
    }

    /// Checks a file whose header and length were found right.
    init(path: String) throws {
        let file = try MappedFile(path: path)
        file.withBytes { walk($0) }
    }

    /// Goes over all objects, from the first to the one that the header calls the last.
    private mutating func walk(_ file: UnsafeRawBufferPointer) {
        guard file.count >= 208 else {
            broken = "it has no header"
            return
        }
        let flags = file.word32(12)
        let key = (file.word64(24), file.word64(32))
        let isKeyed = flags & Self.keyedHashFlag != 0
        let isCompact = flags & Self.compactFlag != 0
        let compressed = Self.compressions.reduce(UInt8(0)) {
            flags & $1.header != 0 ? $0 | $1.object : $0
        }
        let tail = file.word64(136)
        var seals: [UInt64: Seal] = [:]
        var offset = file.word64(88)
        var last: UInt64 = 0
        while offset <= tail {
            last = offset
            guard offset % 8 == 0, offset + 16 <= UInt64(file.count) else {
                broken = "its objects break off at byte \(offset)"
                return
            }
            let place = Int(offset)
            let size = file.word64(place + 8)
            guard size >= 16, size <= UInt64(file.count) - offset else {
                broken = "the object at byte \(offset) has an impossible size"
                return
            }
            let object = UnsafeRawBufferPointer(rebasing: file[place..<(place + Int(size))])
            switch object[0] {
            case Self.dataType:
                let isOdd = object[1] & Self.compressionMask & ~compressed != 0
                seals[offset] =
                    isOdd
                    ? .broken
                    : Self.seal(object, key, isKeyed: isKeyed, isCompact: isCompact)
            case Self.entryType:
                judge(object, seals, isCompact: isCompact)
            default:
                break
            }
            offset += (size + 7) & ~7
        }
        // An object whose size grew by a flipped bit leads past others.
        if last != tail {
            broken = "its objects do not lead to the last one, at byte \(tail)"
        }
    }

    private static func seal(
        _ object: UnsafeRawBufferPointer,
        _ key: (UInt64, UInt64),
        isKeyed: Bool,
        isCompact: Bool
    ) -> Seal {
        let start = isCompact ? 72 : 64
        guard object.count >= start else { return .broken }
        guard object[1] & compressionMask == 0 else { return .unknown }
        let payload = UnsafeRawBufferPointer(rebasing: object[start...])
        let jenkins = JenkinsHash.hash(payload)
        let hash = isKeyed ? SipHash.hash(payload, key: key) : jenkins
        return hash == object.word64(16) ? .intact(jenkins) : .broken
    }

    /// An entry is intact if all its data objects are, and their hashes are those that it was sealed with.
    private mutating func judge(
        _ object: UnsafeRawBufferPointer,
        _ seals: [UInt64: Seal],
        isCompact: Bool
    ) {
        let width = isCompact ? 4 : 16
        guard object.count >= 64, (object.count - 64) % width == 0 else {
            return
        }
        var combined: UInt64 = 0
        var isKnown = true
        for item in stride(from: 64, to: object.count, by: width) {
            let data = isCompact ? UInt64(object.word32(item)) : object.word64(item)
            switch seals[data] {
            case .intact(let hash): combined ^= hash
            case .unknown: isKnown = false
            case .broken, nil:
                return
            }
        }
        guard !isKnown || combined == object.word64(56) else {
            return
        }
        intact[object.word64(16)] = (object.count - 64) / width
    }
}
