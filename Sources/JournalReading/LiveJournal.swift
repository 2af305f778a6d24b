public import Evidence

/// Follows the journal of a run while it is written.
///
/// Looking costs some 0.3 ms where nothing is new. Not for use by two threads at a time.
public final class LiveJournal {
    private let folder: String
    private var cursor: JournalCursor?

    /// Follows the journal files in a folder, or in a folder of its own that journald makes there.
    public init(_ path: String) throws {
        folder = path
    }

    /// The records that came since the last look, in the order of the journal; none while there is no
    /// journal file yet.
    ///
    /// - Throws: `ReadError` where the files cannot be read.
    public func poll() throws -> [Record] {
        guard let cursor = try open() else { return [] }
        cursor.refresh()
        var records: [Record] = []
        while try cursor.next() {
            if case .record(let record) = cursor.entry().entry {
                records += record.singles
            }
        }
        return records
    }

    private func open() throws -> JournalCursor? {
        if let cursor { return cursor }
        guard let file = try JournalFile.list(in: folder).first,
            let slash = file.lastIndex(of: "/")
        else { return nil }
        cursor = try JournalCursor(folder: String(file[..<slash]))
        return cursor
    }
}
