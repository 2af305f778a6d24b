import Glibc
import Journal

/// Starts processes with their pipes; used by the reactor's thread alone, since the system kills
/// them when the thread that started them ends.
struct Spawner {
    let environment: ChildEnvironment
    let outputDirectory: String

    /// Starts an incarnation of a node.
    ///
    /// - Parameter start: how many starts there were before, of any node; it names the notify socket.
    /// - Throws: `JournalError` or `SupervisionError` that says which step failed, and why.
    func start(
        _ specification: ProcessSpecification,
        _ incarnation: Int,
        start: Int
    ) throws -> RunningProcess {
        let base = "\(outputDirectory)/\(specification.node).\(incarnation)"
        var outputs: [OutputChannel] = []
        var ends: [Descriptor] = []
        for name in [OutputChannel.Name.stdout, .stderr] {
            let pipe = try Descriptor.pipe()
            ends.append(pipe.writing)
            outputs.append(
                try OutputChannel(
                    name,
                    reading: pipe.reading,
                    filePath: "\(base).\(name.rawValue)"
                )
            )
        }
        let input = specification.acceptsControl ? try Descriptor.pipe() : nil
        var request = SpawnRequest(specification.executable, specification.arguments)
        // Numbered, since the path of a socket must be short and a node's name need not be.
        let notify = try NotifySocket(path: "\(environment.notifyDirectory)/notify.\(start)")
        request.environment = environment.variables(
            specification,
            incarnation,
            notifySocket: notify.path
        )
        request.directory = specification.workingDirectory
        request.niceness = specification.niceness
        request.openFiles = specification.openFiles.map(UInt64.init) ?? FileLimit.original
        request.descriptors = [input?.reading.number ?? -1] + ends.map(\.number)
        let child = try withExtendedLifetime((ends, input)) { try request.start() }
        return RunningProcess(
            incarnation: incarnation,
            child: child,
            outputs: outputs,
            control: input.map { ControlPipe(writing: $0.writing) },
            notify: notify
        )
    }
}
