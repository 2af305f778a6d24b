import Glibc

/// The few things that are done to files and directories, as plain system calls.
package enum Files {
    /// How deep a tree is that `remove` descends into.
    private static let depthMax = 32

    /// Makes a directory and its missing parents.
    package static func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws {
        var place = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            place += "/" + part
            guard mkdir(place, mode) == 0 || errno == EEXIST else {
                throw failure("make directory", place, errno)
            }
        }
    }

    /// The names in a directory, sorted, without `.` and `..`.
    package static func entries(of path: String) throws -> [String] {
        guard let directory = opendir(path) else { throw failure("list", path, errno) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether something is at the path.
    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Whether a directory (and no link to one) is at the path.
    package static func isDirectory(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether a regular file (and no link to one) is at the path.
    package static func isRegular(_ path: String) -> Bool {
        var info = stat()
        return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
    }

    /// The absolute path of what is there, without links.
    package static func absolute(_ path: String) throws -> String {
        guard let resolved = realpath(path, nil) else { throw failure("find", path, errno) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Removes a file or a directory with all that is in it; what cannot be removed stays.
    package static func remove(_ path: String, depth: Int = 0) {
        if isDirectory(path), depth < depthMax {
            for name in (try? entries(of: path)) ?? [] {
                remove("\(path)/\(name)", depth: depth + 1)
            }
            rmdir(path)
        } else {
            unlink(path)
        }
    }

    /// Writes a whole new file.
    package static func write(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("make", path, errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { space in
                Glibc.write(
                    descriptor,
                    space.baseAddress?.advanced(by: written),
                    bytes.count - written
                )
            }
            guard count > 0 else { throw failure("write", path, count == 0 ? EIO : errno) }
            written += count
        }
    }

    /// A whole file's bytes, at most `bytesMax`; works for files of /proc too.
    package static func read(_ path: String, bytesMax: Int = 16 << 20) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path, errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < bytesMax {
            let count = Glibc.read(descriptor, &chunk, min(chunk.count, bytesMax - bytes.count))
            guard count >= 0 else { throw failure("read", path, errno) }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }

    private static func failure(_ verb: String, _ path: String, _ number: Int32) -> JournalError {
        JournalError(
            .unavailable,
            what: "cannot \(verb) \(path): \(JournalError.text(number))",
            remedy: "check its permissions and the space on its disk"
        )
    }
}
