import CLinux
import Glibc

/// What a new process is like; `start` makes it.
package struct SpawnRequest: Sendable {
    /// The program; searched for in `path` where it holds no slash.
    package var executable: String
    /// The arguments after the program's name.
    package var arguments: [String]
    /// The whole environment; nothing is inherited.
    package var environment: [(name: String, value: String)] = []
    /// The working directory; nil for the caller's.
    package var directory: String?
    /// What becomes descriptor 0, 1, 2 …; -1 stands for /dev/null. All others are closed.
    package var descriptors: [Int32] = [-1, -1, -1]
    /// The signal that it gets when the calling thread ends; 0 for none.
    package var parentDeathSignal: Int32 = SIGKILL
    /// Whether it gets a session of its own, not only a process group.
    package var hasOwnSession = false
    /// What is added to the caller's nice value, 0 to 19: the more, the less of a busy processor it gets.
    package var niceness = 0
    /// The limit of open files; nil for the caller's.
    package var openFiles: UInt64?
    /// Whether `LISTEN_PID` is set to the new process's pid.
    package var tellsListenPID = false

    /// Where programs are searched for.
    package static let path = [
        "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
    ]

    /// A request for a program with these arguments.
    package init(_ executable: String, _ arguments: [String] = []) {
        self.executable = executable
        self.arguments = arguments
    }

    /// Starts the process in a process group of its own.
    ///
    /// The calling thread must last as long as the process where a parent-death signal is set: the
    /// system sends it when the thread ends, not the process.
    /// - Throws: `JournalError` that names the step that failed, and why.
    package func start() throws -> ChildProcess {
        let found = try Self.find(executable)
        var texts = environment.map { "\($0.name)=\($0.value)" }
        if tellsListenPID { texts.append("LISTEN_PID=0000000000") }
        let arguments = CStrings([executable] + arguments)
        let environment = CStrings(texts)
        var result = ordeal_spawn_result()
        let code = found.withCString { executable in
            Self.withOptionalCString(directory) { directory in
                descriptors.withUnsafeBufferPointer { descriptors in
                    var request = ordeal_spawn_request()
                    request.executable = executable
                    request.arguments = arguments.pointer
                    request.environment = environment.pointer
                    request.directory = directory
                    request.descriptors = descriptors.baseAddress
                    request.descriptor_count = Int32(descriptors.count)
                    request.parent_death_signal = parentDeathSignal
                    request.new_session = hasOwnSession ? 1 : 0
                    request.niceness = Int32(niceness)
                    request.open_files = openFiles ?? 0
                    request.pid_text =
                        tellsListenPID
                        ? environment.last?.advanced(by: "LISTEN_PID=".utf8.count) : nil
                    return ordeal_spawn(&request, &result) == 0 ? 0 : errno
                }
            }
        }
        guard code == 0 else {
            let step = result.failed_step.map { String(cString: $0) } ?? "start"
            let place = step == "enter the working directory" ? " \(directory ?? "")" : ""
            throw JournalError(
                .unavailable,
                what: "cannot start \(found): cannot \(step)\(place): \(JournalError.text(code))",
                remedy: Self.remedy(code)
            )
        }
        return ChildProcess(pid: result.pid, descriptor: result.pidfd)
    }

    /// The path of a program, as a shell would find it.
    package static func find(_ program: String) throws -> String {
        if program.contains("/") { return program }
        for directory in path where access("\(directory)/\(program)", X_OK) == 0 {
            return "\(directory)/\(program)"
        }
        throw JournalError(
            .unavailable,
            what: "there is no program \(program) in \(path.joined(separator: ":"))",
            remedy: "install it or give its path"
        )
    }

    private static func remedy(_ code: Int32) -> String {
        switch code {
        case ENOENT: "check the path (of a script: also that of its interpreter)"
        case EACCES, EPERM: "check its permissions (chmod +x) and who runs this"
        case EAGAIN, ENOMEM: "raise the limit of processes or of memory"
        case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
        default: "run it by hand to see more"
        }
    }

    private static func withOptionalCString<Result>(
        _ text: String?,
        _ body: (UnsafePointer<CChar>?) -> Result
    ) -> Result {
        guard let text else { return body(nil) }
        return text.withCString { body($0) }
    }
}

/// An array of C strings that ends with NULL, as exec takes it.
private final class CStrings {
    private let count: Int
    private let space: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    init(_ texts: [String]) {
        count = texts.count
        space = .allocate(capacity: count + 1)
        space.initialize(repeating: nil, count: count + 1)
        for (place, text) in texts.enumerated() {
            space[place] = strdup(text)
        }
    }

    deinit {
        for place in 0..<count {
            free(space[place])
        }
        space.deallocate()
    }

    var pointer: UnsafePointer<UnsafeMutablePointer<CChar>?> { UnsafePointer(space) }

    var last: UnsafeMutablePointer<CChar>? { count > 0 ? space[count - 1] : nil }
}
