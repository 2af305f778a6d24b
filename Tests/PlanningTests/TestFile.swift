import Glibc

/// Files that a test makes.
enum TestFile {
    /// The file could not be written.
    struct Failure: Error {
        var code: Int32
    }

    /// Writes a file.
    static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "wbe") else { throw Failure(code: errno) }
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count else { throw Failure(code: errno) }
    }

    /// Removes a file.
    static func remove(_ path: String) {
        unlink(path)
    }
}
