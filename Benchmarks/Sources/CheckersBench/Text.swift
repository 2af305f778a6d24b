import Glibc

/// Small files, and lines for whoever watches.
enum Text {
    /// The text of a small file; empty where it cannot be read.
    static func read(_ path: String) -> String {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Writes a file.
    static func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard file >= 0 else { throw BenchError("cannot write \(path)") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw BenchError("cannot write \(path)")
        }
    }

    /// Writes a line to standard output, at once.
    static func say(_ line: String) {
        put(line, STDOUT_FILENO)
    }

    /// Writes a line to standard error, at once.
    static func complain(_ line: String) {
        put(line, STDERR_FILENO)
    }

    /// A number with so many digits after its point.
    static func decimal(_ number: Double, _ digits: Int) -> String {
        var factor = 1
        for _ in 0..<digits { factor *= 10 }
        let scaled = Int((number * Double(factor)).rounded())
        guard digits > 0 else { return "\(scaled)" }
        let rest = String(scaled % factor + factor).dropFirst()
        return "\(scaled / factor).\(rest)"
    }

    private static func put(_ line: String, _ file: Int32) {
        let bytes = Array("\(line)\n".utf8)
        _ = Glibc.write(file, bytes, bytes.count)
    }
}
