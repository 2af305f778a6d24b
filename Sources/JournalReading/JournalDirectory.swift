import Dispatch
import Evidence
import Synchronization

/// Reads all journal files of a folder: one pass over each, in parallel, merged by the journal's
/// own sequence numbers.
public enum JournalDirectory {
    /// What reads the files.
    enum Reader {
        /// This project's own reader, and libsystemd where a file is not entirely as it should be.
        case direct
        /// libsystemd, and the seals of the file.
        case libsystemd
    }

    /// Reads a folder of journal files (`*.journal`, `*.journal~`), and folders in it.
    ///
    /// What is wrong with a file is no error: it is told as damage, and the others are read.
    ///
    /// - Throws: `ReadError` where the folder itself cannot be listed.
    public static func read(_ path: String) throws -> JournalContents {
        try read(path, by: .direct)
    }

    /// Reads with a reader of one's choice.
    static func read(_ path: String, by reader: Reader) throws -> JournalContents {
        let files = try JournalFile.list(in: path)
        guard !files.isEmpty else {
            let nothing = Damage.unreadableFile(
                name: "*.journal",
                why: "there is no journal file in \(path)"
            )
            return JournalContents(records: RecordTable(), damage: [nothing])
        }
        return read(files: files, by: reader)
    }

    /// Reads files of one journal, of which there is at least one.
    static func read(files paths: [String], by reader: Reader = .direct) -> JournalContents {
        let files = inOrder(paths)
        let merger = Mutex(JournalMerger(parts: files.count))
        DispatchQueue.concurrentPerform(iterations: files.count) { index in
            let part = read(file: files[index], by: reader)
            merger.withLock { $0.add(part, index) }
        }
        return merger.withLock { $0.take() }
    }

    /// Files by their first entry, so that the records of one follow those of another.
    private static func inOrder(_ paths: [String]) -> [String] {
        paths.map { (first: (try? JournalFile(path: $0))?.firstSequence ?? 0, path: $0) }
            .sorted { ($0.first, $0.path) < ($1.first, $1.path) }
            .map(\.path)
    }

    private static func read(file path: String, by reader: Reader) -> JournalPart {
        var part = JournalPart()
        let name = String(path.split(separator: "/").last ?? "")
        do {
            let file = try JournalFile(path: path)
            if let fault = file.fault {
                part.damage.append(.unreadableFile(name: name, why: fault))
                return part
            }
            guard file.entries > 0 else { return part }
            // What libsystemd would not open is not read by others either.
            if reader == .direct, try JournalCursor(files: [path]).next(),
                let part = try DirectReader.read(path: path)
            {
                return part
            }
            try readSealed(file, name, &part)
        } catch let error as ReadError {
            part.damage.append(.unreadableFile(name: name, why: error.what))
        } catch {
            part.damage.append(.unreadableFile(name: name, why: "\(error)"))
        }
        return part
    }

    /// Reads a file with libsystemd, as far as its seals say that it is as it was written.
    private static func readSealed(
        _ file: JournalFile,
        _ name: String,
        _ part: inout JournalPart
    ) throws {
        let seals = try JournalSeals(path: file.path)
        let count = try walk(try JournalCursor(files: [file.path]), seals, &part)
        if let broken = seals.broken {
            part.damage.append(.unreadableFile(name: name, why: broken))
        }
        if part.leftOut > 0 {
            let why = "\(part.leftOut) entries do not match their hashes and are left out"
            part.damage.append(.unreadableFile(name: name, why: why))
        }
        if count < file.entries {
            let why = "\(count) of the \(file.entries) entries that its header names were found"
            part.damage.append(.unreadableFile(name: name, why: why))
        }
    }

    private static func walk(
        _ cursor: JournalCursor,
        _ seals: JournalSeals,
        _ part: inout JournalPart
    ) throws -> UInt64 {
        var count: UInt64 = 0
        while try cursor.next() {
            count += 1
            let (sequence, fieldCount, entry) = cursor.entry()
            part.note(sequence)
            // What is not as it was written is missing: it may say anything.
            guard seals.intact[sequence] == fieldCount else {
                part.leftOut += 1
                continue
            }
            switch entry {
            case .record(let record): part.records.append(record)
            case .damage(let damage): part.damage.append(damage)
            case .other: break
            }
        }
        return count
    }
}
