public import Evidence
public import Messaging
import NIOCore
import NIOPosix

/// A protocol core that runs on real sockets, in a thread of its own.
///
///     let shell = try Shell.launch(core, settings, hooks)
///     ControlInput.forward(to: shell.control)
///     exit(try shell.wait())
public struct Shell<Core: ProtocolCore>: Sendable {
    /// Where it accepts connections, with the port that the system chose; nil where it does not.
    public let address: Address?

    private let group: MultiThreadedEventLoopGroup
    private let shell: NIOLoopBound<ProtocolShell<Core>>
    private let gate: LoopGate
    private let exitCode: EventLoopFuture<Int32>

    /// Opens the listener and starts the core.
    ///
    /// It must not be called from an event loop or an asynchronous function.
    /// - Throws: a `ShellError` where the listener cannot be opened.
    public static func launch(
        _ core: Core,
        _ settings: ShellSettings,
        _ hooks: ShellHooks = ShellHooks()
    ) throws -> Shell {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let ended = loop.makePromise(of: Int32.self)
        do {
            let shell = try loop.submit {
                NIOLoopBound(
                    ProtocolShell(core, settings, hooks, loop: loop, ended: ended),
                    eventLoop: loop
                )
            }.wait()
            let gate = try loop.submit { shell.value.gate }.wait()
            let address = try loop.flatSubmit { shell.value.listen() }.wait()
            return Shell(
                address: address,
                group: group,
                shell: shell,
                gate: gate,
                exitCode: ended.futureResult
            )
        } catch {
            ended.fail(error)
            try? group.syncShutdownGracefully()
            throw error
        }
    }

    /// Asks the core for something; nothing once it asked to exit, for example a second signal to stop.
    public func control(_ control: Event.Control) {
        gate.execute { shell.value.tell(.control(control)) }
    }

    /// Acts on the core outside its events, on its event loop, and does what it orders;
    /// not once it asked to exit.
    public func act(_ body: @escaping @Sendable (inout Core, Instant) -> [Effect]) {
        gate.execute { shell.value.act(body) }
    }

    /// Waits until the core asked to exit, and gives its exit code.
    ///
    /// - Throws: what a hook threw, for example because the journal took no record.
    public func wait() throws -> Int32 {
        let result = Result { try exitCode.wait() }
        gate.close()
        try? group.syncShutdownGracefully()
        return try result.get()
    }
}
