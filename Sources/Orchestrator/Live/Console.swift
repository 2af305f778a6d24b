import Foundation

/// Where people read: results on standard output, everything else on standard error.
enum Console {
    /// Whether colours may be used on standard output: a terminal, and no `NO_COLOR`.
    static var hasColour: Bool {
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }

    /// Whether somebody watches standard error.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes a line to standard error.
    static func error(_ line: String) {
        write(line + "\n")
    }

    /// Shows progress: on a terminal one line that is written over, else nothing.
    static func progress(_ text: String) {
        guard isWatched else { return }
        write("\r\u{1B}[K\(text)")
    }

    /// Ends the progress line.
    static func endProgress() {
        guard isWatched else { return }
        write("\r\u{1B}[K")
    }

    /// Writes to standard error, as far as that is open.
    private static func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
