import ArgumentParser
import Foundation
import Synchronization

/// Where people read: results on standard output, everything else on standard error.
enum Console {
    /// Whether colours may be used on standard output: a terminal, and no `NO_COLOR`.
    static var hasColour: Bool {
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }

    /// Whether somebody watches standard error.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

    /// Why standard output took no more; nil while it took everything.
    private static let lost = Mutex<String?>(nil)

    /// Writes a result, and a line feed, to standard output.
    static func show(_ text: String) {
        guard lost.withLock({ $0 == nil }), let reason = write(text + "\n", to: STDOUT_FILENO)
        else { return }
        lost.withLock { $0 = reason }
        error("ordeal: what is said on standard output is lost: \(reason)")
    }

    /// The exit code of a command that came out with this one: a success that nobody could read is
    /// `ExitStatus.outputLost`.
    static func exitCode(_ code: Int32) -> ExitCode {
        let isLost = lost.withLock { $0 != nil }
        return ExitCode(code == 0 && isLost ? ExitStatus.outputLost : code)
    }

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

    private static func write(_ text: String) {
        _ = write(text, to: STDERR_FILENO)
    }

    /// Writes as far as the file takes it; says why where it does not take all.
    private static func write(_ text: String, to file: Int32) -> String? {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return String(cString: strerror(errno)) }
            bytes = bytes.dropFirst(count)
        }
        return nil
    }
}
