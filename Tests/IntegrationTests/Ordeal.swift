import Foundation
import Testing

/// The programs of this build, run as a user would.
enum Ordeal {
    /// How a program ended and what it printed.
    struct Result: Sendable {
        var status: Int32
        var output: String
        var errors: String
    }

    /// The folder of the built programs: that of the test runner.
    static var programs: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent()
    }

    /// The package's folder.
    static var package: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    /// Runs `ordeal` to its end.
    static func run(
        _ arguments: [String],
        environment: [String: String] = [:]
    ) async throws -> Result {
        try await run(programs.appendingPathComponent("ordeal"), arguments, environment)
    }

    /// Runs a program to its end.
    static func run(
        _ executable: URL,
        _ arguments: [String],
        _ environment: [String: String] = [:]
    ) async throws -> Result {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        return try await withCheckedThrowingContinuation { continuation in
            // Safe because: a process that runs for seconds must not hold a thread of the pool.
            Thread.detachNewThread {
                do {
                    try process.run()
                    let errorReader = Reader(errors.fileHandleForReading)
                    let text = output.fileHandleForReading.readDataToEndOfFile()
                    let errorText = errorReader.wait()
                    process.waitUntilExit()
                    continuation.resume(
                        returning: Result(
                            status: process.terminationStatus,
                            output: String(decoding: text, as: UTF8.self),
                            errors: String(decoding: errorText, as: UTF8.self)
                        )
                    )
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    /// Makes a folder for one test, and takes it away afterwards.
    static func withFolder<Value>(
        _ body: (URL) async throws -> Value
    ) async throws -> Value {
        let folder = URL(fileURLWithPath: "/tmp/ordeal-test-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }

    /// Reads one pipe on a thread of its own, so that two full pipes cannot block each other.
    private final class Reader: @unchecked Sendable {  // Safe because: `wait` orders the accesses.
        private let done = DispatchSemaphore(value: 0)
        private var data = Data()

        init(_ handle: FileHandle) {
            Thread.detachNewThread { [self] in
                data = handle.readDataToEndOfFile()
                done.signal()
            }
        }

        func wait() -> Data {
            done.wait()
            return data
        }
    }
}
