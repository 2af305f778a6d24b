import CMachine
import Glibc

/// What is asked of the machine: cores, files, its description.
enum Machine {
    /// The cores that this process may run on.
    static let cores = (0..<1024).filter { machine_may_use(Int32($0)) != 0 }

    /// The core of the servers: the first; nil on a machine that has but one.
    static var serverCore: Int? { cores.count > 1 ? cores.first : nil }
    /// The core of the load generator: the last; nil on a machine that has but one.
    static var loadCore: Int? { cores.count > 1 ? cores.last : nil }

    /// Binds this process, and the children that it starts from now on, to a core.
    static func pin(to core: Int?) {
        if let core { _ = machine_pin(Int32(core)) }
    }

    /// Allows as many open files as the machine does.
    static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// A TCP port of the loopback interface that is free.
    static func freePort() throws -> UInt16 {
        let socket = try Socket.open()
        defer { close(socket) }
        var address = Socket.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(socket, generic, length) == 0 ? getsockname(socket, generic, &length) : -1
            }
        }
        guard result == 0 else { throw BenchError.system("cannot get a free port") }
        return UInt16(bigEndian: address.sin_port)
    }

    /// The text of a small file; empty where it cannot be read.
    static func text(of path: String) -> String {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Writes a file.
    static func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard file >= 0 else { throw BenchError.system("cannot write \(path)") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
            throw BenchError.system("cannot write \(path)")
        }
    }

    /// The processor, cores, kernel and load, in one line each.
    static var description: [String] {
        let model =
            text(of: "/proc/cpuinfo").split(separator: "\n")
            .first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.drop { $0 == " " } } ?? "unknown processor"
        let kernel = text(of: "/proc/sys/kernel/osrelease").split(separator: "\n").first ?? ""
        let load = text(of: "/proc/loadavg").split(separator: " ").first ?? "?"
        return [
            "\(model), \(cores.count) cores", "Linux \(kernel)",
            "load average before the run \(load)",
        ]
    }

    /// Today, as the machine's clock has it: `2026-11-22`.
    static var today: String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(1900 + parts.tm_year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }
}
