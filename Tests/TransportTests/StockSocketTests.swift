import Evidence
import Glibc
import Messaging
import Secrets
import Synchronization
import Testing

@testable import Transport

/// A client that knows nothing of the extensions, and some that know no manners, over real sockets.
@Suite(.timeLimit(.minutes(10))) struct StockSocketTests {
    /// The reasons of limit records.
    private final class Limits: Sendable {
        private let reasons = Mutex<[String]>([])

        func add(_ reason: String) { reasons.withLock { $0.append(reason) } }
        var all: [String] { reasons.withLock { $0 } }
    }

    private static let lastNumber = Atomic(0)

    /// A server at work while `body` talks to it.
    private func withServer(
        joins: [Address] = [],
        limits: Limits = Limits(),
        _ change: (inout ServerConfiguration) -> Void = { _ in },
        _ body: (Address) throws -> Void
    ) throws {
        let number = Self.lastNumber.add(1, ordering: .relaxed).newValue
        let host = "127.\(getpid() % 200 + 20).\(getpid() / 200 % 250).\(number % 200 + 2)"
        let address = Address(host: host, port: 41_000 + number)
        var configuration = ServerConfiguration(
            name: "server.\(number)",
            address: address,
            remotes: joins,
            secret: "shared"
        )
        change(&configuration)
        var settings = ShellSettings(listen: address)
        settings.lineBytesMax = configuration.limits.forClients.lineBytesMax
        settings.pendingBytesMax = configuration.limits.forClients.pendingBytesMax
        settings.keepAlive = configuration.hold
        var hooks = ShellHooks(record: { kind, fields, _ in
            if kind == .limitExceeded { limits.add(fields[.reason] ?? "") }
        })
        hooks.hasher = SlowHash(cost: 1)
        let shell = try Shell.launch(ServerCore(configuration: configuration), settings, hooks)
        let result = Result { try body(address) }
        shell.control(.stop)
        #expect(try shell.wait() == 0)
        try result.get()
    }

    private func command(_ line: String?) -> String? {
        line.flatMap { try? WireReader(Array($0.utf8), limits: .reply).command }
    }

    private static let anonymous = #"{"command":"LOGIN","username":"anonymous"}"# + "\n"

    private func saying(_ user: String, _ activity: String) -> String {
        #"{"command":"ACTIVITY_MESSAGE","username":"\#(user)","secret":"x","activity":\#(activity)}"#
            + "\n"
    }

    /// A user who is registered and logged in.
    private func user(_ name: String, _ address: Address) throws -> LineSocket {
        let socket = try LineSocket(address)
        socket.write(#"{"command":"REGISTER","username":"\#(name)","secret":"x"}"# + "\n")
        #expect(command(try socket.line()) == "REGISTER_SUCCESS")
        socket.write(#"{"command":"LOGIN","username":"\#(name)","secret":"x"}"# + "\n")
        #expect(command(try socket.line()) == "LOGIN_SUCCESS")
        return socket
    }

    @Test(
        "a stock client registers, logs in, sends, receives and logs out: rules 1, 5, 6, 8, 9, 11"
    )
    func life() throws {
        try withServer { address in
            let ann = try user("ann", address)
            let bob = try user("bob", address)
            ann.write(saying("ann", #"{"n":1.0,"z":null}"#))
            let wanted = #""activity":{"n":1.0,"z":null,"authenticated_user":"ann"}"#
            for socket in [ann, bob] {
                let line = try socket.line()
                #expect(command(line) == "ACTIVITY_BROADCAST" && line?.contains(wanted) ?? false)
            }
            bob.write(#"{"command":"LOGOUT"}"# + "\n")
            #expect(try bob.line() == nil)
            let again = try LineSocket(address)
            again.write(#"{"command":"LOGIN","username":"bob","secret":"x"}"# + "\n")
            #expect(command(try again.line()) == "LOGIN_SUCCESS")
        }
    }

    @Test(
        "rule 2, 5: a refusal is written whole before the close, also to a client that goes on talking"
    )
    func refusals() throws {
        try withServer { address in
            _ = try user("ann", address)
            for (line, expected) in [
                (#"{"command":"LOGIN","username":"ann","secret":"y"}"#, "LOGIN_FAILED"),
                (#"{"command":"REGISTER","username":"ann","secret":"y"}"#, "REGISTER_FAILED"),
                (String(saying("ann", "{}").dropLast()), "AUTHENTICATION_FAIL"),
                ("", "INVALID_MESSAGE"), ("no", "INVALID_MESSAGE"),
            ] {
                let socket = try LineSocket(address)
                socket.write(line + "\n" + String(repeating: saying("ann", "{}"), count: 500))
                let answer = try socket.line()
                #expect(command(answer) == expected)
                #expect(answer?.contains(#""info":""#) ?? false)
                #expect(try socket.line() == nil)
            }
        }
    }

    @Test("rules 3, 4: LOGIN_SUCCESS, REDIRECT with an integer port, close; the login works there")
    func redirect() throws {
        try withServer({
            $0.clientRedirect = RedirectThresholds(min: 1, max: 2); $0.superPeers = 1
        }) {
            first in
            try withServer(joins: [first], { $0.superPeers = 1 }) { second in
                let ann = try user("ann", first)
                let eve = try user("eve", first)
                // The second server may still be on its way.
                var target: Address?
                for number in 0..<500 where target == nil {
                    let socket = try LineSocket(first)
                    socket.write(Self.anonymous)
                    #expect(command(try socket.line()) == "LOGIN_SUCCESS")
                    socket.write(#"{"command":"LOGOUT"}"# + "\n")
                    if let line = try socket.line() {
                        let reply = try ServerReply(line: Array(line.utf8))
                        guard case .redirect(let address) = reply else {
                            Issue.record("\(line)")
                            return
                        }
                        target = address
                        #expect(try socket.line() == nil)
                    } else if number > 0 {
                        usleep(20_000)
                    }
                }
                #expect(target == second)
                let there = try LineSocket(second)
                there.write(Self.anonymous)
                #expect(command(try there.line()) == "LOGIN_SUCCESS")
                ann.write(saying("ann", #"{"n":1}"#))
                for socket in [ann, eve, there] {
                    #expect(command(try socket.line()) == "ACTIVITY_BROADCAST")
                }
            }
        }
    }

    @Test("rule 7: anonymous may be there many times, speak and hear")
    func anonymous() throws {
        try withServer { address in
            let sockets = try ["", #","secret":null"#, #","secret":"""#, #","secret":"q""#].map {
                secret in
                let socket = try LineSocket(address)
                socket.write(#"{"command":"LOGIN","username":"anonymous"\#(secret)}"# + "\n")
                #expect(command(try socket.line()) == "LOGIN_SUCCESS")
                return socket
            }
            sockets[2].write(
                #"{"command":"ACTIVITY_MESSAGE","username":"anonymous","activity":{}}"# + "\n"
            )
            let wanted = #"{"authenticated_user":"anonymous"}"#
            for socket in sockets { #expect(try socket.line()?.contains(wanted) ?? false) }
        }
    }

    @Test("rule 10: line ends of every kind, split and merged segments, a last line without an end")
    func segments() throws {
        try withServer { address in
            let socket = try LineSocket(address)
            socket.write(#"{"secret":"x","command":"REGISTER","username":"ann"}"# + "\r\n")
            #expect(command(try socket.line()) == "REGISTER_SUCCESS")
            for byte in (#"{"command":"LOGIN","username":"ann","secret":"x"}"# + "\r").utf8 {
                socket.write(String(decoding: [byte], as: UTF8.self))
            }
            #expect(command(try socket.line()) == "LOGIN_SUCCESS")
            socket.write("\n" + (1...300).map { saying("ann", #"{"n":\#($0)}"#) }.joined())
            for number in 1...300 {
                #expect(try socket.line()?.contains(#"{"n":\#(number),"#) ?? false)
            }
            socket.write(String(saying("ann", #"{"n":"last"}"#).dropLast()))
            socket.endOutput()
            #expect(try socket.line()?.contains("last") ?? false)
            #expect(try socket.line() == nil)
        }
    }

    @Test("100 kB activities, bytes that are no UTF-8, and thousands of messages in one go pass")
    func large() throws {
        try withServer { address in
            let ann = try user("ann", address)
            let long = String(repeating: "é", count: 50_000)
            ann.write(saying("ann", #"{"s":"\#(long)"}"#))
            #expect(try ann.line()?.contains(long) ?? false)
            ann.write(Array(saying("ann", #"{"s":""#).utf8.dropLast(2)) + [0xFF, 0xC3, 0x28])
            ann.write("\"}}\n")
            #expect(try ann.line()?.contains("\u{FFFD}\u{FFFD}(") ?? false)
            let count = 20_000
            let reader = try user("bob", address)
            ann.write((1...count).map { saying("ann", "{\"n\":\($0)}") }.joined())
            for number in 1...count {
                guard try reader.line()?.contains(#"{"n":\#(number),"#) ?? false else {
                    Issue.record("message \(number) is not there")
                    return
                }
            }
        }
    }

    @Test(
        "what is too deep, too long or too much closes that connection alone",
        arguments: [
            String(repeating: "[", count: 100_000),
            String(repeating: #"{"activity":"#, count: 50_000),
            #"{"command":""# + String(repeating: "x", count: 3 << 20), "\0\0\0",
        ]
    )
    func tooMuch(text: String) throws {
        let limits = Limits()
        try withServer(limits: limits) { address in
            let ann = try user("ann", address)
            let bad = try LineSocket(address)
            bad.write(text + "\n")
            while try bad.line() != nil {}
            ann.write(saying("ann", "{}"))
            #expect(command(try ann.line()) == "ACTIVITY_BROADCAST")
        }
        #expect(limits.all == (text.utf8.count > 1 << 20 ? ["bytes per line"] : []))
    }

    @Test("a reader that reads nothing is closed by a record; the others hear everything")
    func slowReader() throws {
        let limits = Limits()
        try withServer(limits: limits, { $0.limits.clientPendingBytesMax = 1 << 20 }) { address in
            let slow = try LineSocket(address, receiveBufferBytes: 4096)
            slow.write(Self.anonymous)
            let ann = try user("ann", address)
            let text = String(repeating: "x", count: 50_000)
            for number in 1...300 where limits.all.isEmpty || number <= 10 {
                ann.write(saying("ann", #"{"n":\#(number),"s":"\#(text)"}"#))
                #expect(try ann.line()?.contains(#"{"n":\#(number),"#) ?? false)
            }
            while try slow.line() != nil {}
        }
        #expect(limits.all == ["pending bytes"])
    }

    @Test("a user for whom more waits than may wait to be written gets all of it, once")
    func backlog() throws {
        let limits = Limits()
        func change(_ configuration: inout ServerConfiguration) {
            configuration.limits.clientPendingBytesMax = 1 << 18
            configuration.hold = .seconds(60)
        }
        try withServer(limits: limits, change) { address in
            let ann = try user("ann", address)
            // Whoever is gone without a word counts for `hold` yet.
            _ = try user("bob", address)
            let text = String(repeating: "x", count: 10_000)
            for number in 1...200 {
                ann.write(saying("ann", #"{"n":\#(number),"s":"\#(text)"}"#))
                #expect(try ann.line()?.contains(#"{"n":\#(number),"#) ?? false)
            }
            let bob = try LineSocket(address)
            bob.write(#"{"command":"LOGIN","username":"bob","secret":"x"}"# + "\n")
            #expect(command(try bob.line()) == "LOGIN_SUCCESS")
            for number in 1...200 {
                #expect(try bob.line()?.contains(#"{"n":\#(number),"#) ?? false)
            }
        }
        #expect(limits.all == [])
    }

    @Test("hundreds that connect and say nothing, or half a line, are in nobody's way")
    func idle() throws {
        try withServer { address in
            let silent = try (0..<200).map { number in
                let socket = try LineSocket(address)
                if number % 2 == 0 { socket.write(#"{"command":"LOG"#) }
                return socket
            }
            let ann = try user("ann", address)
            ann.write(saying("ann", "{}"))
            #expect(command(try ann.line()) == "ACTIVITY_BROADCAST")
            silent[0].write(#"IN","username":"anonymous"}"# + "\n")
            #expect(command(try silent[0].line()) == "LOGIN_SUCCESS")
        }
    }
}
