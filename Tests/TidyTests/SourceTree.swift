import Foundation
import Testing

/// The project's own files: those that git tracks, and new ones that it does not ignore.
struct SourceTree {
    /// The files could not be listed.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// One file.
    struct File: Sendable, CustomTestStringConvertible {
        /// Its path from the project's folder.
        var path: String
        /// Its text.
        var text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

        /// The target that it belongs to: the folder below `Sources`, or nil.
        var target: String? {
            let parts = path.split(separator: "/")
            return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
        }

        /// True in a folder `Core` of a target: a pure core.
        var isCore: Bool { target != nil && path.split(separator: "/").dropLast().contains("Core") }

        var testDescription: String { path }
    }

    /// The project's folder.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All files, by path; those that are no text are left out.
    let files: [File]

    /// Lists and reads the files.
    init() throws {
        let listing = try Self.list()
        files = listing.sorted().compactMap { path in
            let url = Self.root.appending(path: path)
            guard let data = try? Data(contentsOf: url),
                let text = String(data: data, encoding: .utf8)
            else { return nil }
            return File(path: path, text: text)
        }
    }

    /// The files whose names end with one of the endings.
    func files(ending endings: String...) -> [File] {
        files.filter { file in endings.contains { file.path.hasSuffix($0) } }
    }

    private static func list() throws -> [String] {
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        // The folder may belong to another user than the one who tests.
        git.arguments = [
            "git", "-c", "safe.directory=*", "-C", root.path, "ls-files", "-z", "--cached",
            "--others", "--exclude-standard",
        ]
        let output = Pipe()
        git.standardOutput = output
        try git.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        git.waitUntilExit()
        guard git.terminationStatus == 0, !data.isEmpty else {
            throw Failure(description: "`git ls-files` lists nothing in \(root.path)")
        }
        return Set(String(decoding: data, as: UTF8.self).split(separator: "\0")).map(String.init)
    }
}
