/// What a node's process is started with, when it counts as ready, and how it is stopped.
///
///     ProcessSpecification(
///         node: "server.1",
///         executable: "/usr/bin/ordeal-node",
///         arguments: ["--name", "server.1"],
///         readiness: .notify(within: .seconds(5)),
///         stopWithin: .seconds(2)
///     )
public struct ProcessSpecification: Sendable, Hashable {
    /// When a process counts as ready.
    public enum Readiness: Sendable, Hashable {
        /// It says `READY=1` at `NOTIFY_SOCKET` (sd_notify(3)) within this time.
        case notify(within: Duration)
        /// As soon as its program was executed.
        case none
    }

    /// The node's name in the plan: letters, digits, `.`, `-` and `_`, at most 64.
    public var node: String
    /// The program; searched for in the usual directories where it holds no slash.
    public var executable: String
    /// The arguments after the program's name.
    public var arguments: [String]
    /// Variables besides those that every process gets; they win over them.
    public var environment: [String: String]
    /// The working directory; nil for that of the orchestrator.
    public var workingDirectory: String?
    /// Whether its standard input takes control lines; else it is /dev/null.
    public var acceptsControl: Bool
    /// When it counts as ready.
    public var readiness: Readiness
    /// How long it may take to end after SIGTERM; then it gets SIGKILL.
    public var stopWithin: Duration
    /// What is added to the orchestrator's nice value, 0 to 19: the more, the less of a busy processor it
    /// gets. The default is 0.
    public var niceness: Int
    /// The limit of open files; nil for the one that the orchestrator was started with.
    public var openFiles: Int?

    /// Makes a specification; only what is not told by a default must be given.
    public init(
        node: String,
        executable: String,
        arguments: [String],
        environment: [String: String] = [:],
        workingDirectory: String? = nil,
        acceptsControl: Bool = false,
        readiness: Readiness,
        stopWithin: Duration,
        niceness: Int = 0,
        openFiles: Int? = nil
    ) {
        precondition(stopWithin >= .zero, "stopWithin must be 0 or more, got \(stopWithin)")
        precondition((0...19).contains(niceness), "niceness must be 0...19, got \(niceness)")
        precondition(openFiles ?? 1 > 0, "openFiles must be over 0, got \(openFiles ?? 0)")
        self.node = node
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.acceptsControl = acceptsControl
        self.readiness = readiness
        self.stopWithin = stopWithin
        self.niceness = niceness
        self.openFiles = openFiles
    }

    /// Why it cannot be started at all; nil where it can.
    var problem: String? {
        let allowed = node.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default:
                byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
        }
        if !allowed || node.isEmpty || node.utf8.count > 64 || node.hasPrefix(".") {
            return "\"\(node)\" is no node name (letters, digits, . - _, at most 64)"
        }
        if executable.isEmpty {
            return "the executable is empty"
        }
        let texts = [executable] + arguments + environment.flatMap { [$0.key, $0.value] }
        if texts.contains(where: { $0.utf8.contains(0) }) {
            return "an argument or a variable holds a zero byte"
        }
        if let name = environment.keys.first(where: { $0.isEmpty || $0.utf8.contains(0x3D) }) {
            return "\"\(name)\" is no name of a variable"
        }
        return nil
    }
}
