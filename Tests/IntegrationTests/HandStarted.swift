import Foundation
import Glibc
import Synchronization

/// A program that a person started by hand: its lines can be waited for, and it can be typed to.
final class HandStarted: Sendable {
    /// A line did not come.
    struct Silence: Error, CustomStringConvertible {
        var description: String
    }

    private let process = Process()
    private let input = Pipe()
    private let said = Mutex("")

    /// Starts a program of this build; no journal, no plan.
    init(_ program: String, _ arguments: [String]) throws {
        process.executableURL = Ordeal.programs.appendingPathComponent(program)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "TZ": "UTC"]
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        output.fileHandleForReading.readabilityHandler = { [weak self] handle in
            self?.add(String(decoding: handle.availableData, as: UTF8.self))
        }
        try process.run()
    }

    deinit {
        // A program that was stopped already is not hurt by that.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// All that was said so far.
    var text: String { said.withLock { $0 } }

    private func add(_ text: String) { said.withLock { $0 += text } }

    func type(_ line: String) {
        try? input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
    }

    /// Waits until something was said, at most 30 s.
    func wait(for part: String, times: Int = 1) throws {
        for _ in 0..<1500 {
            if text.components(separatedBy: part).count > times { return }
            usleep(20_000)
        }
        throw Silence(description: "no \"\(part)\" in: \(text)")
    }

    /// Asks it to end, as Control-C or a supervisor does, and gives its exit code.
    func stop() -> Int32 {
        process.terminate()
        return end()
    }

    /// Its exit code, once it ended by itself.
    func end() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    func killNow() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Waits until somebody accepts connections at a port of this machine, at most 30 s.
    static func waitUntilListening(_ port: Int) throws {
        for _ in 0..<1500 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(UInt16(port)).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if result == 0 { return }
            usleep(20_000)
        }
        throw Silence(description: "nobody listens at port \(port)")
    }

    /// A port that nobody uses.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
            }
        }
        guard result == 0 else { throw Silence(description: "no free port: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
