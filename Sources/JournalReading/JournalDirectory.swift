import Dispatch
import Evidence
import Synchronization

/// Reads all journal files of a folder: one pass over each, in parallel, merged by the journal's
/// own sequence numbers.
public enum JournalDirectory {
    /// Reads a folder of journal files (`*.journal`, `*.journal~`), and folders in it.
    ///
    /// What is wrong with a file is no error: it is told as damage, and the others are read.
    ///
    /// - Throws: `ReadError` where the folder itself cannot be listed.
    public static func read(_ path: String) throws -> JournalContents {
        let files = try JournalFile.list(in: path)
        guard !files.isEmpty else {
            let nothing = Damage.unreadableFile(
                name: "*.journal",
                why: "there is no journal file in \(path)"
            )
            return JournalContents(records: [], damage: [nothing])
        }
        let parts = Mutex([Part](repeating: Part(), count: files.count))
        DispatchQueue.concurrentPerform(iterations: files.count) { index in
            let part = read(file: files[index])
            parts.withLock { $0[index] = part }
        }
        return merge(parts.withLock { $0 })
    }

    /// What one file holds.
    private struct Part {
        var records: [Record] = []
        var damage: [Damage] = []
        /// How many entries were found that are not as they were written.
        var leftOut = 0
        /// The sequence numbers of all its entries, in order, in runs without gaps.
        var sequences: [ClosedRange<UInt64>] = []
    }

    private static func read(file path: String) -> Part {
        var part = Part()
        let name = String(path.split(separator: "/").last ?? "")
        do {
            let file = try JournalFile(path: path)
            if let fault = file.fault {
                part.damage.append(.unreadableFile(name: name, why: fault))
                return part
            }
            guard file.entries > 0 else { return part }
            let seals = try JournalSeals(path: path)
            let count = try walk(try JournalCursor(files: [path]), seals, &part)
            if let broken = seals.broken {
                part.damage.append(.unreadableFile(name: name, why: broken))
            }
            if part.leftOut > 0 {
                let why =
                    "\(part.leftOut) entries do not match their hashes and are left out"
                part.damage.append(.unreadableFile(name: name, why: why))
            }
            if count < file.entries {
                let why = "\(count) of the \(file.entries) entries that its header names were found"
                part.damage.append(.unreadableFile(name: name, why: why))
            }
        } catch let error as ReadError {
            part.damage.append(.unreadableFile(name: name, why: error.what))
        } catch {
            part.damage.append(.unreadableFile(name: name, why: "\(error)"))
        }
        return part
    }

    private static func walk(
        _ cursor: JournalCursor,
        _ seals: JournalSeals,
        _ part: inout Part
    ) throws -> UInt64 {
        var count: UInt64 = 0
        while try cursor.next() {
            count += 1
            let (sequence, fieldCount, entry) = cursor.entry()
            if let last = part.sequences.last, last.upperBound + 1 == sequence {
                part.sequences[part.sequences.count - 1] = last.lowerBound...sequence
            } else {
                part.sequences.append(sequence...sequence)
            }
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

    private static func merge(_ parts: [Part]) -> JournalContents {
        var contents = JournalContents(records: [], damage: [])
        for part in parts {
            contents.records += part.records
            contents.damage += part.damage
        }
        contents.records.sort { $0.journalSequence < $1.journalSequence }
        var next: UInt64 = 1
        for range in parts.flatMap(\.sequences).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next {
                contents.damage.append(.missingEntries(from: next, through: range.lowerBound - 1))
            }
            next = max(next, range.upperBound + 1)
        }
        return contents
    }
}
