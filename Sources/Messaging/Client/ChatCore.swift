public import Evidence

/// A person's chat: shows what others say, sends what is typed, and says when the connection goes and
/// comes back.
public struct ChatCore: ProtocolCore {
    private var client: ClientCore
    private var isStopping = false
    private var hasEnded = false
    /// What was said of being without a connection; nothing while there is one.
    private var troubles: [String] = []
    private var wasConnected = false

    /// What `/help` shows.
    public static let help = [
        "  Type a line to send it to everybody who is connected.",
        "  /who   who is connected, by name", "  /me    your name, and where you are connected",
        "  /help  shows this", "  /quit  logs out and ends",
        "  // at the beginning sends a line that begins with /",
    ]

    private static let stopTimer = TimerID(kind: 40)
    private static let exitRefused: Int32 = 1
    /// So much is said of being without a connection, then nothing more until there is one.
    private static let troublesMax = 16

    /// Makes a chat.
    public init(_ configuration: ClientConfiguration) {
        client = ClientCore(configuration)
    }

    /// Takes one event.
    public mutating func receive(_ event: Event, now: Instant) -> [Effect] {
        guard !hasEnded else { return [] }
        var effects = client.receive(event, now: now)
        switch event {
        case .started: client.logIn(now: now)
        case .control(.stop): stop(now, &effects)
        case .timer(Self.stopTimer): end(0, now, &effects)
        case .control, .timer, .connected, .dialFailed, .received, .closed: break
        case .stored, .storeFailed, .hashed: break
        }
        finishStep(now, &effects)
        return effects
    }

    /// Takes a line that was typed; nil is the end of the input.
    public mutating func enter(_ line: String?, now: Instant) -> [Effect] {
        guard !hasEnded else { return [] }
        var effects: [Effect] = []
        switch line {
        case nil, "/quit"?:
            stop(now, &effects)
        case ""?:
            break
        case "/help"?:
            effects += Self.help.map { .show($0) }
        case "/who"?:
            if !client.askWho(now: now) {
                let isOpen = client.isLoggedIn
                let why =
                    client.configuration.isStock
                    ? "the stock protocol cannot ask" : "only users with a name can ask"
                effects.append(.show("* \(isOpen ? why : "not connected")"))
            }
        case "/me"?:
            let place = client.serverAddress.map { "connected to \($0)" } ?? "not connected"
            effects.append(.show("* you are \(client.configuration.user), \(place)"))
        case let line? where line.hasPrefix("//"):
            say(String(line.dropFirst()), now, &effects)
        case let line? where line.hasPrefix("/"):
            effects.append(.show("* unknown command \(Self.plain(line)); /help shows all"))
        case let line?:
            say(line, now, &effects)
        }
        finishStep(now, &effects)
        return effects
    }

    /// Traps where the state contradicts itself.
    public func checkInvariants() {
        client.checkInvariants()
    }

    private mutating func say(_ line: String, _ now: Instant, _ effects: inout [Effect]) {
        let wasOpen = client.isLoggedIn
        let shown = Self.plain(line)
        if client.send(line, now: now) == nil {
            effects.append(.show("* not connected: \"\(shown)\" was not sent"))
        } else if !wasOpen {
            let state = wasConnected ? "not connected" : "not connected yet"
            effects.append(.show("* \(state): \"\(shown)\" will be sent"))
        }
    }

    private mutating func stop(_ now: Instant, _ effects: inout [Effect]) {
        guard !isStopping else { return }
        isStopping = true
        effects.append(.setTimer(Self.stopTimer, after: client.configuration.hold))
        client.logOut(now: now)
    }

    private mutating func end(_ code: Int32, _ now: Instant, _ effects: inout [Effect]) {
        hasEnded = true
        client.finish(now: now)
        effects += client.takeEffects()
        _ = client.takeNotices()
        effects.append(.exit(code))
    }

    private mutating func finishStep(_ now: Instant, _ effects: inout [Effect]) {
        effects += client.takeEffects()
        for notice in client.takeNotices() where !hasEnded { show(notice, now, &effects) }
    }

    private mutating func show(_ notice: ClientNotice, _ now: Instant, _ effects: inout [Effect]) {
        let user = client.configuration.user
        switch notice {
        case .registered:
            effects.append(.show("* registered as \(user)"))
        case .nameTaken(mayBeOurs: true):
            effects.append(.show("* \(user) is registered, it may be by the attempt before"))
        case .nameTaken(mayBeOurs: false):
            effects.append(.show("* the name \(user) is taken: choose another, or give its secret"))
            end(Self.exitRefused, now, &effects)
        case .loggedIn(_, let server):
            let again = wasConnected ? " again" : ""
            effects.append(.show("* connected\(again) to \(server) as \(user)"))
            if !wasConnected { effects.append(.show("* /help shows what can be typed")) }
            troubles = []
            wasConnected = true
        case .disconnected(let reason):
            // Of each server it is said once, not with each attempt.
            guard !isStopping, troubles.count < Self.troublesMax, !troubles.contains(reason) else {
                return
            }
            let what = troubles.isEmpty && wasConnected ? "connection lost" : "not connected"
            effects.append(.show("* \(what): \(reason); trying again"))
            troubles.append(reason)
        case .present(let users, let count):
            let rest = Int(count) - users.count
            let names = users.map(Self.plain).joined(separator: ", ")
            let more = rest > 0 ? " and \(rest) more" : ""
            effects.append(.show("* \(count) connected: \(names)\(more)"))
        case .refused(let info, let isFinal):
            effects.append(.show("* refused: \(Self.plain(info))"))
            if isFinal { end(Self.exitRefused, now, &effects) }
        case .redirected(let address):
            effects.append(.show("* sent on to \(address)"))
        case .delivered(let sender, let activity):
            effects.append(.show("\(Self.plain(sender)): \(Self.plain(Self.text(activity)))"))
        case .loggedOut:
            if isStopping { end(0, now, &effects) }
        case .acknowledged, .newStream:
            break
        }
    }

    /// A text that cannot play with the terminal: without control characters and line breaks.
    private static func plain(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !isControl($0) }
        if isPlain { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\r" || scalar == "\t" {
                scalars.append(" ")
            } else {
                scalars.append(isControl(scalar) ? "\u{FFFD}" : scalar)
            }
        }
        return String(scalars)
    }

    /// C0, DEL, C1, and the marks that turn the direction of writing.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        case _: false
        }
    }

    /// What a person reads of an activity: its body, or all of it where it has none.
    private static func text(_ activity: Activity) -> String {
        if case .string(let body)? = activity.object?["body"] { return body }
        return String(decoding: activity.bytes, as: UTF8.self)
    }
}
