import Evidence
import Testing

@testable import Messaging

/// What the tests of a chat have in common: they play its server and the person who types.
protocol ChatTests {}

extension ChatTests {
    /// A chat of ann that has started and dials.
    func started(
        _ change: (inout ClientConfiguration) -> Void = { _ in }
    ) -> Bench<ChatCore> {
        var configuration = ClientConfiguration(
            user: "ann",
            secret: "x",
            client: "c",
            servers: [Address(host: "s1", port: 1)]
        )
        configuration.registers = false
        change(&configuration)
        var bench = Bench(ChatCore(configuration))
        bench.tell(.started)
        return bench
    }

    /// Answers the next dial and the LOGIN on it with success.
    func logIn(_ bench: inout Bench<ChatCore>, accepted: Int64 = 0) throws -> ConnectionID {
        let id = try bench.accept()
        let grant = Grant(isRedirect: false, hold: .seconds(2), accepted: accepted)
        bench.say(.loginSuccess(info: "", grant: grant), on: id)
        return id
    }

    /// Lets time pass until the chat dials.
    func waitForDial(_ bench: inout Bench<ChatCore>) {
        for _ in 0..<200 where bench.dials.isEmpty { bench.advance(.milliseconds(100)) }
    }

    /// Gives the chat a line, or the end of the input.
    func type(_ line: String?, _ bench: inout Bench<ChatCore>) {
        bench.take(bench.core.enter(line, now: bench.now))
    }

    /// The texts that were sent as messages over a connection.
    func said(_ bench: inout Bench<ChatCore>, _ id: ConnectionID) -> [String] {
        bench.sent(id).compactMap {
            guard case .activityMessage(_, _, let activity, _) = $0 else { return nil }
            return ChatText.text(of: activity)
        }
    }
}
