import Evidence
import Foundation
import Messaging
import Synchronization

/// A client that behaves, while others do not: it says numbered messages and counts what it hears.
final class Worker: Sendable {
    /// What a worker saw.
    struct State: Sendable {
        var sent: Int64 = 0
        /// The last number of each worker that was heard.
        var heard: [String: Int64] = [:]
        var problems: [String] = []
        var hasEnded = false
    }

    let name: String
    private let state = Mutex(State())
    // Safe because: reading and writing halves of the socket are each used by one thread.
    private nonisolated(unsafe) let socket: Socket
    private let isStopping = Atomic(false)

    /// Registers and logs in.
    ///
    /// - Throws: where the server does not let it.
    init(_ name: String, at address: Address) throws {
        self.name = name
        socket = try Socket(address, waitSeconds: 60)
        socket.write(ClientRequest.register(user: name, secret: name).frame().bytes)
        socket.write(ClientRequest.login(user: name, secret: name, resume: nil).frame().bytes)
        for expected in ["REGISTER_SUCCESS", "LOGIN_SUCCESS"] {
            let line = try socket.line().map { String(decoding: $0, as: UTF8.self) } ?? "a close"
            guard line.contains(expected) else {
                throw Socket.Failure(description: "\(name) expected \(expected), got \(line)")
            }
        }
    }

    var snapshot: State { state.withLock { $0 } }

    /// Speaks and listens from now on, in two threads.
    func start(every interval: Duration) {
        Thread.detachNewThread { [self] in listen() }
        Thread.detachNewThread { [self] in speak(every: interval) }
    }

    /// Says nothing more; goes on listening.
    func stop() { isStopping.store(true, ordering: .relaxed) }

    private func speak(every interval: Duration) {
        while !isStopping.load(ordering: .relaxed) {
            let number = state.withLock { state in
                state.sent += 1
                return state.sent
            }
            var object = JSONObject()
            object["worker"] = .number(JSONNumber(number))
            let line = ClientRequest.activityMessage(
                user: name,
                secret: name,
                activity: Activity(object),
                place: nil
            )
            guard socket.write(line.frame().bytes) else { return note("cannot write") }
            usleep(UInt32(interval.milliseconds * 1000))
        }
    }

    private func listen() {
        do {
            while let line = try socket.line() { hear(line) }
            note("closed by the server")
        } catch {
            note("\(error)")
        }
        state.withLock { $0.hasEnded = true }
    }

    private func hear(_ line: [UInt8]) {
        guard let message = try? WireReader(line, limits: .reply),
            let activity = try? message.activity()
        else { return note("heard \(String(decoding: line.prefix(200), as: UTF8.self))") }
        guard let user = activity.authenticatedUser, user.hasPrefix("worker-"),
            case .number(let number)? = activity.object?["worker"], let number = number.integer
        else { return }
        state.withLock { state in
            let last = state.heard[user] ?? 0
            if number != last + 1, state.problems.count < 10 {
                state.problems.append("\(user) said \(number) after \(last)")
            }
            state.heard[user] = number
        }
    }

    private func note(_ problem: String) {
        state.withLock { if $0.problems.count < 10 { $0.problems.append(problem) } }
    }
}
