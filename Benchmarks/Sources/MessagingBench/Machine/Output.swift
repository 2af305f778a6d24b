import Glibc

/// Lines for whoever watches.
enum Output {
    /// Writes a line to standard output, at once.
    static func say(_ line: String) {
        write(line, STDOUT_FILENO)
    }

    /// Writes a line to standard error, at once.
    static func complain(_ line: String) {
        write(line, STDERR_FILENO)
    }

    private static func write(_ line: String, _ file: Int32) {
        let bytes = Array("\(line)\n".utf8)
        _ = Glibc.write(file, bytes, bytes.count)
    }
}
