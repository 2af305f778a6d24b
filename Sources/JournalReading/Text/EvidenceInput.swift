import Evidence
import Glibc

/// Reads records from whatever holds them: a folder of journal files, one journal file, a Journal Export
/// file, or JSON lines; from any machine.
///
/// Texts carry no seals: what was changed in them is not seen, only what is missing.
public enum EvidenceInput {
    private static let signature = Array("LPKSHHRH".utf8)

    /// Reads what is at a path; what it is, its first bytes say.
    ///
    /// - Throws: `ReadError` where it cannot be opened at all.
    public static func read(_ path: String) throws -> JournalContents {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw ReadError(
                what: "\(path): \(String(cString: strerror(errno)))",
                remedy: "name a run's folder, a folder of journal files, or a file of records"
            )
        }
        if status.st_mode & S_IFMT == S_IFDIR { return try JournalDirectory.read(path) }
        let name = String(path.split(separator: "/").last ?? "")
        guard status.st_size > 0 else {
            let damage = Damage.unreadableFile(name: name, why: "it is empty")
            return JournalContents(records: RecordTable(), damage: [damage])
        }
        let file = try MappedFile(path: path)
        return file.withBytes { bytes in
            if bytes.starts(with: signature) { return JournalDirectory.read(files: [path]) }
            let first = bytes.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
            var entries = TextEntries(path: path, name: name)
            if first == UInt8(ascii: "{") {
                JSONLines.read(bytes, into: &entries)
            } else {
                ExportFormat.read(bytes, into: &entries)
            }
            return entries.contents
        }
    }
}
