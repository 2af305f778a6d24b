import Evidence
import Messaging

/// Sends back each line to all who are connected; some lines are orders.
struct EchoCore: ProtocolCore {
    private var connections: [ConnectionID] = []
    private var ticks = 0
    var dials: [Address] = []

    mutating func receive(_ event: Event, now: Instant) -> [Effect] {
        switch event {
        case .started:
            return [.ready] + dials.enumerated().map { .dial(DialID(Int64($0)), $1) }
        case .connected(let id, let dial):
            connections.append(id)
            let said = dial == nil ? "accepted" : "dialled"
            return [.show(said), .send(id, Self.frame("hello"))]
        case .dialFailed(let dial, _):
            return [.show("dial \(dial.number) failed")]
        case .received(let id, let line):
            return obey(String(decoding: line, as: UTF8.self), id)
        case .closed(let id, let reason):
            connections.removeAll { $0 == id }
            return [.show("closed: \(Self.words(reason))")]
        case .written(let id):
            return [.show("written"), .send(id, Self.frame("all is written"))]
        case .timer(let timer):
            ticks += 1
            return [.broadcast(connections, Self.frame("tick \(timer.number) \(ticks)"))]
        case .control(let control):
            return control == .stop ? [.exit(7)] : [.show(control.rawValue)]
        case .stored(let ticket):
            return [.show("stored \(ticket.number)")]
        case .storeFailed(let reason):
            return [.show("not stored: \(reason)"), .exit(74)]
        case .hashed(let ticket, let text):
            return [.show("hashed \(ticket.number): \(text ?? "not")")]
        }
    }

    private mutating func obey(_ line: String, _ id: ConnectionID) -> [Effect] {
        switch line {
        case "close":
            connections.removeAll { $0 == id }
            return [.send(id, Self.frame("bye")), .close(id), .send(id, Self.frame("never"))]
        case "confirm":
            let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 23) + [0x0A]
            return [.send(id, Frame(bytes)), .confirmWritten(id)]
        case "abort":
            connections.removeAll { $0 == id }
            return [.abort(id)]
        case "timers":
            return [
                .setTimer(TimerID(kind: 1, number: 1), after: .milliseconds(1)),
                .setTimer(TimerID(kind: 1, number: 2), after: .milliseconds(2)),
                .setTimer(TimerID(kind: 1, number: 1), after: .milliseconds(20)),
                .setTimer(TimerID(kind: 1, number: 3), after: .milliseconds(3)),
                .cancelTimer(TimerID(kind: 1, number: 3)),
            ]
        case "store":
            let key = StoreKey(.fact, "echo")
            return (1...3).map { .store(StoreTicket($0), [.put(key, [UInt8($0)])]) }
        case "hash":
            return [.hash(HashTicket(5), HashRequest(secret: "s", earlier: "e"))]
        case "record":
            return [
                .record(.barrier, [:], at: Instant(nanoseconds: 5)), .record(.barrier, [:]),
                .send(id, Self.frame("recorded")),
            ]
        case "note":
            return [.record(.barrier, [:])]
        case "flood":
            let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16) + [0x0A]
            return (0..<200).map { _ in .send(id, Frame(bytes)) }
        default:
            return [.broadcast(connections, Self.frame(line))]
        }
    }

    func checkInvariants() {}

    static func frame(_ text: String) -> Frame { Frame(Array("\(text)\n".utf8)) }

    private static func words(_ reason: Event.CloseReason) -> String {
        switch reason {
        case .ended: "ended"
        case .failed: "failed"
        case .lineTooLong: "line too long"
        case .tooMuchPending: "too much pending"
        }
    }
}
