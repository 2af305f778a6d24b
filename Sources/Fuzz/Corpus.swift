import Foundation

/// The lines that a fuzz target begins with.
enum Corpus {
    /// No line could be had.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// The lines of all files of a folder, in the order of their names.
    ///
    /// - Throws: where the folder cannot be read or holds no line.
    static func lines(in folder: String) throws -> [[UInt8]] {
        let files = FileManager.default
        let names = try files.contentsOfDirectory(atPath: folder).sorted()
        var lines: [[UInt8]] = []
        for name in names where name.hasSuffix(".lines") {
            let data = files.contents(atPath: "\(folder)/\(name)") ?? Data()
            lines += data.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        }
        guard lines.contains(where: { !$0.isEmpty }) else {
            throw Failure(
                description:
                    "\(folder) holds no *.lines; run it in the project's folder or give --corpus"
            )
        }
        return lines
    }
}
