import Synchronization

/// What the reactor makes known to other threads: the state of each node, and what happens.
final class Board: Sendable {
    /// How many events are kept for a watcher that does not read; the oldest go first.
    static let eventsMax = 4_096

    let events: AsyncStream<SupervisorEvent>
    private let continuation: AsyncStream<SupervisorEvent>.Continuation
    private let state = Mutex(State())

    private struct State {
        var nodes: [String: NodeStatus] = [:]
        var replies: [Mailbox.Reply] = []
    }

    init() {
        (events, continuation) = AsyncStream.makeStream(
            bufferingPolicy: .bufferingNewest(Self.eventsMax)
        )
    }

    /// What is known of a node.
    func status(of node: String) -> NodeStatus {
        state.withLock { $0.nodes[node] ?? NodeStatus() }
    }

    /// All nodes that were started.
    var nodes: Set<String> {
        state.withLock { Set($0.nodes.keys) }
    }

    func set(_ status: NodeStatus, of node: String) {
        state.withLock { $0.nodes[node] = status }
    }

    func announce(_ event: SupervisorEvent) {
        continuation.yield(event)
    }

    /// Keeps an answer until the reactor is closed.
    func keep(_ reply: Mailbox.Reply) {
        state.withLock { $0.replies.append(reply) }
    }

    /// Ends the stream and answers those who wait for the end.
    func close() {
        continuation.finish()
        let replies = state.withLock { state in
            defer { state.replies = [] }
            return state.replies
        }
        replies.forEach { $0.resume(returning: nil) }
    }
}
