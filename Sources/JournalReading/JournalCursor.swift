import CSystemd
import Evidence
import Glibc

/// A walk over journal entries with libsystemd: one pass over an entry's fields, no look-ups.
///
/// Not for use by two threads at a time.
final class JournalCursor {
    /// One entry, as far as Ordeal cares.
    enum Entry {
        /// A record.
        case record(Record)
        /// Something is wrong with it, or it says that something is.
        case damage(Damage)
        /// Somebody else's message.
        case other
    }

    private let journal: OpaquePointer
    private let place: String

    /// The journal's own notice that it suppressed messages of a unit.
    private static let suppressedNotice = "MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e"

    /// Opens the files at these paths.
    init(files: [String]) throws {
        place = files.first ?? ""
        journal = try Self.open(place) { journal in
            var paths: [UnsafePointer<CChar>?] = files.map { UnsafePointer(strdup($0)) }
            defer {
                for path in paths {
                    free(UnsafeMutableRawPointer(mutating: path))
                }
            }
            paths.append(nil)
            return paths.withUnsafeMutableBufferPointer {
                sd_journal_open_files(journal, $0.baseAddress, 0)
            }
        }
    }

    /// Opens a folder of files, and those that are added to it.
    init(folder: String) throws {
        place = folder
        journal = try Self.open(folder) { sd_journal_open_directory($0, folder, 0) }
        sd_journal_get_fd(journal)
    }

    deinit {
        sd_journal_close(journal)
    }

    /// Notices files that were added to the folder.
    func refresh() {
        sd_journal_process(journal)
    }

    /// Goes to the next entry; false where there is none now.
    ///
    /// - Throws: `ReadError` where the journal says that it is corrupt.
    func next() throws -> Bool {
        let result = sd_journal_next(journal)
        guard result >= 0 else { throw Self.error(place, "reading stopped", result) }
        return result > 0
    }

    /// The entry at which the walk is, with its place in the journal and the number of its fields.
    func entry() -> (sequence: UInt64, fieldCount: Int, entry: Entry) {
        let sequence = sequence()
        let where_ = "\(place) entry \(sequence)"
        var fields: [(name: String, value: String)] = []
        var isNotice = false
        var dropped: Int64 = 0
        var count = 0
        sd_journal_restart_data(journal)
        while true {
            var data: UnsafeRawPointer?
            var length = 0
            let result = sd_journal_enumerate_data(journal, &data, &length)
            if result == 0 { break }
            guard result > 0, let data else {
                let why = "a field cannot be read: \(Self.text(result))"
                return (sequence, count, .damage(.malformedRecord(place: where_, why: why)))
            }
            count += 1
            let bytes = UnsafeRawBufferPointer(start: data, count: length)
            if bytes.first == UInt8(ascii: "O"), bytes.starts(with: "ORDEAL_".utf8),
                let equals = bytes.firstIndex(of: UInt8(ascii: "="))
            {
                fields.append(
                    (
                        name: String(decoding: bytes[..<equals], as: UTF8.self),
                        value: String(decoding: bytes[(equals + 1)...], as: UTF8.self)
                    )
                )
            } else if bytes.elementsEqual(Self.suppressedNotice.utf8) {
                isNotice = true
            } else if bytes.starts(with: "N_DROPPED=".utf8) {
                dropped = Int64(String(decoding: bytes.dropFirst(10), as: UTF8.self)) ?? 0
            }
        }
        if isNotice {
            return (sequence, count, .damage(.suppressed(count: dropped)))
        }
        switch RecordParser.parse(fields: fields, journalSequence: sequence, place: where_) {
        case .notARecord: return (sequence, count, .other)
        case .record(let record): return (sequence, count, .record(record))
        case .malformed(let damage): return (sequence, count, .damage(damage))
        }
    }

    /// The entry's sequence number, which this version of libsystemd gives in the cursor only:
    /// `s=…;i=<hexadecimal>;b=…`.
    private func sequence() -> UInt64 {
        var cursor: UnsafeMutablePointer<CChar>?
        guard sd_journal_get_cursor(journal, &cursor) >= 0, let cursor else { return 0 }
        defer { free(cursor) }
        guard let start = strstr(cursor, ";i=") else { return 0 }
        return UInt64(strtoull(start + 3, nil, 16))
    }

    private static func open(
        _ place: String,
        _ body: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
    ) throws -> OpaquePointer {
        var journal: OpaquePointer?
        let result = body(&journal)
        guard result >= 0, let journal else { throw error(place, "it cannot be opened", result) }
        sd_journal_set_data_threshold(journal, 0)
        return journal
    }

    private static func error(_ place: String, _ what: String, _ result: Int32) -> ReadError {
        ReadError(
            what: "\(place): \(what): \(text(result))",
            remedy: "see what `journalctl --verify --file=…` says of it"
        )
    }

    private static func text(_ result: Int32) -> String {
        String(cString: strerror(-result))
    }
}
