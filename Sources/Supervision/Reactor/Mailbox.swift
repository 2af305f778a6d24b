import CLinux
import Glibc
import Synchronization

/// What others ask of the reactor's thread, and how it is woken.
final class Mailbox: Sendable {
    /// Who waits for an answer: nil where it went well.
    typealias Reply = CheckedContinuation<SupervisionError?, Never>

    /// One request.
    enum Command: Sendable {
        case start(ProcessSpecification, Reply)
        case kill(String, signal: Int32, fault: String, Reply)
        case stop([String], Reply)
        case send([UInt8], to: String, Reply)
        case shutdown(Reply?)

        /// Who waits.
        var reply: Reply? {
            switch self {
            case .start(_, let reply), .kill(_, _, _, let reply), .stop(_, let reply),
                .send(_, _, let reply):
                reply
            case .shutdown(let reply):
                reply
            }
        }
    }

    /// How many requests may wait.
    static let commandsMax = 16_384

    /// Readable while requests wait.
    let descriptor: Descriptor
    private let state = Mutex(State())

    private struct State {
        var commands: [Command] = []
        var isClosed = false
    }

    init() throws {
        let flags = Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)
        descriptor = try Descriptor(eventfd(0, flags), "make an event descriptor")
    }

    /// Leaves a request; where that is not possible it is answered at once.
    func post(_ command: Command) {
        let refusal: SupervisionError? = state.withLock { state in
            if state.isClosed { return SupervisionError.shutDown(nil) }
            guard state.commands.count < Self.commandsMax else {
                return SupervisionError(
                    .unavailable,
                    node: nil,
                    what: "\(Self.commandsMax) requests wait already",
                    remedy: "wait for answers before asking more"
                )
            }
            state.commands.append(command)
            return nil
        }
        if let refusal {
            command.reply?.resume(returning: refusal)
        } else {
            wake()
        }
    }

    /// Takes what has waited longest; the descriptor stays readable while more does.
    func take() -> Command? {
        var count: UInt64 = 0
        read(descriptor.number, &count, 8)
        let (command, isMore): (Command?, Bool) = state.withLock { state in
            guard !state.commands.isEmpty else { return (nil, false) }
            let first = state.commands.removeFirst()
            return (first, !state.commands.isEmpty)
        }
        if isMore { wake() }
        return command
    }

    private func wake() {
        var one: UInt64 = 1
        write(descriptor.number, &one, 8)
    }

    /// Refuses all further requests; returns those that were not taken.
    func close() -> [Command] {
        state.withLock { state in
            defer { state.commands = [] }
            state.isClosed = true
            return state.commands
        }
    }
}
