import DequeModule
public import Evidence

/// A person's chat: shows what others say, sends what is typed, and says when the connection goes and
/// comes back.
public struct ChatCore: ProtocolCore {
    private var client: ClientCore
    private var isStopping = false
    /// It ends as soon as what was typed is sent.
    private var isDraining = false
    private var hasEnded = false
    /// Something that was typed was not taken.
    private var hasDropped = false
    /// What was said of being without a connection; nothing while there is one.
    private var troubles: [String] = []
    private var wasConnected = false
    /// What a client that cannot send again is to send once it has a session, in order.
    private var unsent: Deque<String> = []

    /// What `/help` shows.
    public static let help = [
        "  Type a line to send it to everybody who is connected.",
        "  /who   who is connected, by name", "  /me    your name, and where you are connected",
        "  /help  shows this", "  /quit  logs out and ends",
        "  // at the beginning sends a line that begins with /",
    ]

    private static let stopTimer = TimerID(kind: 40)
    private static let drainTimer = TimerID(kind: 41)
    /// A server said no for good.
    private static let exitRefused: Int32 = 1
    /// No server was reached, or something that was typed did not get through: EX_UNAVAILABLE.
    private static let exitUnsent: Int32 = 69
    /// So long an end waits until what was typed is sent.
    private static let drainMax: Duration = .seconds(10)
    /// So many lines that did not get through are shown one by one.
    private static let unsentShownMax = 20
    /// The most bytes of a line that is sent: however it is escaped, a server of default limits takes it.
    private static let lineBytesMax = 128 << 10
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
        case .timer(Self.drainTimer): if isDraining { stop(now, &effects) }
        case .timer(Self.stopTimer): end(0, now, &effects)
        case .control, .timer, .connected, .dialFailed, .received, .closed: break
        case .written, .stored, .storeFailed, .hashed: break
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
            leave(now, &effects)
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
                effects.append(show("* \(isOpen ? why : "not connected")"))
            }
        case "/me"?:
            let place = client.serverAddress.map { "connected to \($0)" } ?? "not connected"
            effects.append(show("* you are \(client.configuration.user), \(place)"))
        case let line? where line.hasPrefix("//"):
            say(String(line.dropFirst()), now, &effects)
        case let line? where line.hasPrefix("/"):
            effects.append(show("* unknown command \(line); /help shows all"))
        case let line?:
            say(line, now, &effects)
        }
        finishStep(now, &effects)
        return effects
    }

    /// Says of a line that was typed that it is too long to be sent.
    public mutating func refuseLine(now: Instant) -> [Effect] {
        guard !hasEnded else { return [] }
        hasDropped = true
        return [show("* a line of more than \(Self.lineBytesMax) bytes was not sent")]
    }

    /// Traps where the state contradicts itself.
    public func checkInvariants() {
        client.checkInvariants()
    }

    private mutating func say(_ line: String, _ now: Instant, _ effects: inout [Effect]) {
        guard line.utf8.count <= Self.lineBytesMax else {
            effects += refuseLine(now: now)
            return
        }
        let wasOpen = client.isLoggedIn
        let keeps = !client.configuration.resumes && (!wasOpen || !unsent.isEmpty)
        if keeps, unsent.count < Outbox.openMax {
            unsent.append(line)
        } else if keeps || client.send(line, now: now) == nil {
            hasDropped = true
            effects.append(show("* not connected: \"\(line)\" was not sent"))
            return
        }
        if !wasOpen {
            let state = wasConnected ? "not connected" : "not connected yet"
            effects.append(show("* \(state): \"\(line)\" will be sent"))
        }
    }

    /// Sends what waited for a session.
    private mutating func sendUnsent(_ now: Instant) {
        while let line = unsent.first, client.isLoggedIn, client.send(line, now: now) != nil {
            unsent.removeFirst()
        }
    }

    /// Whether something that was typed may get through yet.
    private var hasMoreToSend: Bool { client.hasMoreToSend || !unsent.isEmpty }

    /// Ends once what was typed is sent, if that is soon; at once where it is asked again.
    private mutating func leave(_ now: Instant, _ effects: inout [Effect]) {
        guard hasMoreToSend, !isDraining, !isStopping else {
            stop(now, &effects)
            return
        }
        isDraining = true
        effects.append(.setTimer(Self.drainTimer, after: Self.drainMax))
        if !client.isLoggedIn {
            let seconds = Self.drainMax.components.seconds
            effects.append(show("* trying for \(seconds) s to send what was typed"))
        }
    }

    private mutating func stop(_ now: Instant, _ effects: inout [Effect]) {
        guard !isStopping else { return }
        isDraining = false
        isStopping = true
        effects.append(.setTimer(Self.stopTimer, after: client.configuration.hold))
        client.logOut(now: now)
    }

    private mutating func end(_ code: Int32, _ now: Instant, _ effects: inout [Effect]) {
        hasEnded = true
        let lost = client.notArrived + unsent.map { (body: $0, wasSent: false) }
        client.finish(now: now)
        effects += client.takeEffects()
        _ = client.takeNotices()
        for line in lost.prefix(Self.unsentShownMax) {
            let what = line.wasSent ? "may not have arrived" : "was not sent"
            effects.append(show("* \"\(line.body)\" \(what)"))
        }
        let more = lost.count - Self.unsentShownMax
        if more > 0 { effects.append(show("* and so \(more) lines more")) }
        let isReached = wasConnected || code != 0
        if !isReached { effects.append(show("* no server let \(client.configuration.user) in")) }
        let isWhole = isReached && lost.isEmpty && !hasDropped
        effects.append(.exit(code == 0 && !isWhole ? Self.exitUnsent : code))
    }

    private mutating func finishStep(_ now: Instant, _ effects: inout [Effect]) {
        while true {
            effects += client.takeEffects()
            for notice in client.takeNotices() where !hasEnded { show(notice, now, &effects) }
            if !isStopping, !hasEnded {
                sendUnsent(now)
                effects += client.takeEffects()
            }
            guard isDraining, !hasEnded, !hasMoreToSend else { return }
            stop(now, &effects)
        }
    }

    /// Shows a line, whoever its words come from.
    private func show(_ line: String) -> Effect { .show(ChatText.plain(line)) }

    private mutating func show(_ notice: ClientNotice, _ now: Instant, _ effects: inout [Effect]) {
        let user = client.configuration.user
        switch notice {
        case .registered:
            effects.append(show("* registered as \(user)"))
        case .nameTaken(mayBeOurs: true):
            effects.append(show("* \(user) is registered, it may be by the attempt before"))
        case .nameTaken(mayBeOurs: false):
            effects.append(show("* the name \(user) is taken: choose another, or give its secret"))
            end(Self.exitRefused, now, &effects)
        case .loggedIn(_, let server):
            let again = wasConnected ? " again" : ""
            effects.append(show("* connected\(again) to \(server) as \(user)"))
            if !wasConnected { effects.append(show("* /help shows what can be typed")) }
            troubles = []
            wasConnected = true
        case .disconnected(let reason):
            // Of each server it is said once, not with each attempt.
            guard !isStopping, troubles.count < Self.troublesMax, !troubles.contains(reason) else {
                return
            }
            let what = troubles.isEmpty && wasConnected ? "connection lost" : "not connected"
            effects.append(show("* \(what): \(reason); trying again"))
            troubles.append(reason)
        case .present(let users, let count):
            let rest = Int(count) - users.count
            let names = users.joined(separator: ", ")
            let more = rest > 0 ? " and \(rest) more" : ""
            effects.append(show("* \(count) connected: \(names)\(more)"))
        case .refused(let info, let isFinal):
            effects.append(show("* refused: \(info)"))
            if isFinal { end(Self.exitRefused, now, &effects) }
        case .redirected(let address):
            effects.append(show("* sent on to \(address)"))
        case .delivered(let sender, let activity):
            effects.append(show("\(sender): \(ChatText.text(of: activity))"))
        case .loggedOut:
            if isStopping { end(0, now, &effects) }
        case .acknowledged, .newStream:
            break
        }
    }
}
