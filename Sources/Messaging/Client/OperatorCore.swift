public import Evidence

/// An operator's word to one server: TAKE_OVER. It calls, says it, shows the answer and ends.
///
/// The exit code is 0 where the server took over, and 69 where it did not or could not be reached.
public struct OperatorCore: ProtocolCore {
    /// How long it waits for the answer.
    public static let answerWithin: Duration = .seconds(5)

    private static let dial = DialID(1)
    private static let deadline = TimerID(kind: 1)
    private static let unavailable: Int32 = 69

    private let server: Address
    private let secret: String
    private var connection: ConnectionID?
    private var isOver = false

    /// Makes one for a server, with the secret that all servers share.
    public init(server: Address, secret: String) {
        self.server = server
        self.secret = secret
    }

    /// Takes one event and says what is to be done.
    public mutating func receive(_ event: Event, now: Instant) -> [Effect] {
        guard !isOver else { return [] }
        switch event {
        case .started:
            return [.dial(Self.dial, server), .setTimer(Self.deadline, after: Self.answerWithin)]
        case .connected(let connection, _):
            self.connection = connection
            return [.send(connection, JoinMessage.takeOver(secret: secret).frame())]
        case .dialFailed(_, let reason):
            return end("\(server) cannot be reached: \(reason)", Self.unavailable)
        case .received(_, let line):
            return answered(line)
        case .closed:
            return end("\(server) closed without an answer", Self.unavailable)
        case .timer:
            return end("\(server) did not answer in time", Self.unavailable)
        case .written, .stored, .storeFailed, .hashed:
            return []
        case .control(let control):
            switch control {
            case .stop: return end("interrupted", Self.unavailable)
            case .start, .rest, .drain: return []
            }
        }
    }

    /// It has nothing that could contradict itself but an end that comes twice, which `isOver` bars.
    public func checkInvariants() {}

    private mutating func answered(_ line: [UInt8]) -> [Effect] {
        var answer: JoinMessage?
        if let message = try? WireReader(line, limits: .server) {
            answer = try? JoinMessage(message)
        }
        switch answer {
        case .takenOver(let epoch)?:
            return end("\(server) is master of epoch \(epoch)", 0)
        case .takeOverFailed(let info)?, .authenticationFail(let info)?:
            return end("\(server) did not take over: \(info)", Self.unavailable)
        case .authenticate?, .admitted?, .redirect?, .takeOver?, nil:
            return end("\(server) answered what makes no sense here", Self.unavailable)
        }
    }

    private mutating func end(_ text: String, _ code: Int32) -> [Effect] {
        isOver = true
        var effects: [Effect] = [.show(text)]
        if let connection { effects.append(.close(connection)) }
        return effects + [.exit(code)]
    }
}
