import ArgumentParser
import Arguments
import Evidence
import Journal
import Messaging
import Transport

/// `ordeal-client chat`: a person's client.
struct ChatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Chat with everybody who is connected.",
        discussion: """
            Without -u you are anonymous. With -u and -s you log in. With -u alone the name is \
            registered for you with a new secret, which is shown; with --register it gets yours. \
            /help shows what can be typed. The end of the input, and /quit, wait up to 10 s until \
            what was typed is sent; the end of the input waits as long for a first connection. The \
            exit code is 0, 1 where a server refused the name or the secret, or 69 where no server \
            let you in or something that was typed did not get through.

              ordeal-client chat --server 127.0.0.1:3780 -u ann
              ordeal-client chat -rh 127.0.0.1 -rp 3780 -u ann -s secret
            """
    )

    @Option(
        help: "A server, host:port; may be given several times.",
        transform: AddressOption.parse
    )
    var server: [AddressOption] = []

    @Option(name: [.customLong("rh", withSingleDash: true)], help: "The server's host.")
    var remoteHost: String?

    @Option(name: [.customLong("rp", withSingleDash: true)], help: "The server's port (3780).")
    var remotePort: Int?

    @Option(name: [.long, .customShort("u")], help: "Your name.")
    var user: String?

    @Option(name: [.long, .customShort("s")], help: "Your secret.")
    var secret: String?

    @Flag(help: "Register the name with --secret before logging in.")
    var register = false

    @Flag(help: "Speak the stock protocol only, as any course client does.")
    var stock = false

    func validate() throws {
        guard secret == nil || user != nil else {
            throw ValidationError("--secret needs --user")
        }
        guard !register || user != nil else {
            throw ValidationError("--register needs --user")
        }
        if let user, !NameRule.allows(name: user) {
            throw ValidationError("--user must be \(NameRule.name)")
        }
        if let secret, !NameRule.allows(secret: secret) {
            throw ValidationError("--secret must be \(NameRule.secret)")
        }
        if user == ClientRequest.anonymous {
            throw ValidationError("nobody is called \(ClientRequest.anonymous): leave --user out")
        }
        if let remotePort, !(1...65535).contains(remotePort) {
            throw ValidationError("a port must be 1 to 65535, not \(remotePort)")
        }
    }

    func run() throws {
        ClientProgram.run {
            let writer = try JournalWriter.fromEnvironment(program: "ordeal-client")
            try writer?.writeStarted(version: Version.text)
            let terminal = Terminal(prompt: "\(user ?? ClientRequest.anonymous)> ")
            let client = client(terminal)
            var hooks = ShellHooks(
                record: { kind, fields, instant in try writer?.write(kind, fields, at: instant) },
                show: { terminal.show($0) }
            )
            hooks.takeLine = { terminal.giveTurn() }
            let shell = try Shell.launch(ChatCore(client), ShellSettings(), hooks)
            ControlInput.forwardSignals(to: shell.control)
            terminal.start(
                take: { line in shell.act { core, now in core.enter(line, now: now) } },
                tooLong: { shell.act { core, now in core.refuseLine(now: now) } },
                interrupt: { shell.control(.stop) }
            )
            let code = try shell.wait()
            try writer?.close()
            return code
        }
    }

    private func client(_ terminal: Terminal) -> ClientConfiguration {
        var servers = server.map(\.address)
        if remoteHost != nil || remotePort != nil || servers.isEmpty {
            servers.append(Address(host: remoteHost ?? "127.0.0.1", port: remotePort ?? 3780))
        }
        let name = user ?? ClientRequest.anonymous
        let chosen = secret ?? Self.newSecret()
        if secret == nil, user != nil {
            terminal.show("* your secret is \(chosen) - keep it: -u \(name) -s \(chosen)")
        }
        var client = ClientConfiguration(
            user: name,
            secret: user == nil ? "" : chosen,
            client: ClientProgram.clientID("chat-\(name)"),
            servers: servers
        )
        client.registers = register || secret == nil && user != nil
        client.isStock = stock
        return client
    }

    /// 128 bits from the machine's source of chance, as 32 hexadecimal digits.
    private static func newSecret() -> String {
        var random = SystemRandomNumberGenerator()
        let digits = [random.next(), random.next()].map { bits -> String in
            let text = String(bits, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }
        return digits.joined()
    }
}
