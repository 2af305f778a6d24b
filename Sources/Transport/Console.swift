import Glibc

/// Lines for the person at the terminal, written at once and whole.
public enum Console {
    /// Writes a line to standard output.
    public static func show(_ line: String) {
        write("\(line)\n", to: STDOUT_FILENO)
    }

    /// Writes a line to standard error.
    public static func complain(_ line: String) {
        write("\(line)\n", to: STDERR_FILENO)
    }

    /// Writes a text to standard output as it is.
    public static func write(_ text: String) {
        write(text, to: STDOUT_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            // Nobody reads it: there is nobody to tell.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
