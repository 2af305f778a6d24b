import Evidence
import Foundation
import Messaging
import Synchronization

/// Says what no client should, over connection after connection, until it said enough.
final class Harasser: Sendable {
    /// What came of it.
    struct Counts: Sendable {
        var lines = 0
        var connections = 0
        var refusedConnects = 0
        /// Connections that the server did not close in time once nothing more came.
        var hanging = 0
    }

    private let counts = Mutex(Counts())
    private let isDone = Atomic(false)
    private let linesMax: Int

    init(lines: Int) { linesMax = lines }

    var snapshot: Counts { counts.withLock { $0 } }
    var hasEnded: Bool { isDone.load(ordering: .acquiring) }

    /// Begins, in a thread of its own.
    func start(at address: Address, corpus: [[UInt8]], seed: UInt64) {
        Thread.detachNewThread { [self] in
            let random = SeededGenerator(seed: seed, stream: "live")
            var mutator = Mutator(corpus: corpus, random: random)
            // Those that stay open, saying nothing and reading nothing.
            var held: [Socket] = []
            while snapshot.lines < linesMax {
                let source = "127.\(64 + mutator.random.below(64)).\(mutator.random.below(250))."
                do {
                    let host = "\(source)\(1 + mutator.random.below(250))"
                    let socket = try Socket(address, from: host)
                    counts.withLock { $0.connections += 1 }
                    try harass(socket, &mutator, &held)
                } catch {
                    counts.withLock { $0.refusedConnects += 1 }
                    usleep(10_000)
                }
                if held.count > 60 { held.removeFirst(30) }
            }
            isDone.store(true, ordering: .releasing)
        }
    }

    private func harass(_ socket: Socket, _ mutator: inout Mutator, _ held: inout [Socket]) throws {
        switch mutator.random.below(20) {
        case 0:
            // Half a line, and nothing more.
            socket.write(mutator.pick().dropLast())
            held.append(socket)
        case 1:
            // A listener that never listens.
            say([Self.login], socket)
            held.append(socket)
        case 2:
            say(burst(&mutator), socket)
            socket.resetAtEnd()
        case 3:
            // A line beyond every limit.
            let piece = Array([#"{"activity":"#, "[", "x"][mutator.random.below(3)].utf8)
            let bytes = (0..<(3 << 20) / piece.count).flatMap { _ in piece }
            counts.withLock { $0.lines += 1 }
            socket.write(bytes + [0x0A])
            close(socket)
        case 4...5:
            // A flood of right lines.
            let line = Self.saying(mutator.random.below(1000))
            say([Self.login] + Array(repeating: line, count: 400), socket)
            close(socket)
        default:
            say(burst(&mutator), socket)
            close(socket)
        }
    }

    private static let login = Array(#"{"command":"LOGIN","username":"anonymous"}"#.utf8)

    private static func saying(_ number: Int) -> [UInt8] {
        Array(
            #"{"command":"ACTIVITY_MESSAGE","username":"anonymous","activity":{"n":\#(number)}}"#
                .utf8
        )
    }

    /// Right lines for a while, then garbled ones: each of these may be the last that is read.
    private func burst(_ mutator: inout Mutator) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        if mutator.random.below(2) == 0 {
            lines.append(Self.login)
            for _ in 0..<mutator.random.below(30) {
                lines.append(Self.saying(mutator.random.below(1000)))
            }
        }
        for _ in 0...mutator.random.below(8) { lines.append(mutator.mutate(mutator.pick())) }
        return lines
    }

    private func say(_ lines: [[UInt8]], _ socket: Socket) {
        counts.withLock { $0.lines += lines.count }
        socket.write(lines.flatMap { $0 + [0x0A] })
    }

    /// Once nothing more comes the server must close.
    private func close(_ socket: Socket) {
        socket.endOutput()
        if !socket.drain() { counts.withLock { $0.hanging += 1 } }
    }
}
