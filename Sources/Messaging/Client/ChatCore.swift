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
    /// The input ended before a server let it in: it ends once one did.
    private var awaitsServer = false
    /// An attempt to be let in came to nothing.
    private var hasFailed = false
    /// The echoes of what a client without acknowledgements said were waited for long enough.
    private var isEchoOverdue = false
    /// The next line of the input was not asked for yet.
    private var wantsLine = false
    /// The input waits until there is room for what it says.
    private var isInputHeld = false
    /// What was said of being without a connection; nothing while there is one.
    private var troubles: [String] = []
    /// What servers said no with since there was a session.
    private var refusals: [String] = []
    /// So many lines were promised since there was a session.
    private var promised = 0
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
    private static let inputTimer = TimerID(kind: 42)
    private static let echoTimer = TimerID(kind: 43)
    /// A server said no for good.
    private static let exitRefused: Int32 = 1
    /// No server was reached, or something that was typed did not get through: EX_UNAVAILABLE.
    private static let exitUnsent: Int32 = 69
    /// So long an end waits until what was typed is sent.
    private static let drainMax: Duration = .seconds(10)
    /// The next line of the input is asked for while fewer than this are on their way.
    static let underWayMax = 1_000
    /// So many servers in a row may close their session on a line until it is given up.
    static let sendAttemptsMax = 3
    /// So long the input waits for room, then the chat ends.
    private static let inputWaitMax: Duration = .seconds(60)
    /// So many lines that wait, or did not get through, are shown one by one.
    private static let unsentShownMax = 20
    /// The most bytes of a line that is sent: however it is escaped, a server of default limits takes it.
    private static let lineBytesMax = 128 << 10
    /// So much is said of being without a connection, then nothing more until there is one.
    private static let troublesMax = 16

    /// Makes a chat.
    public init(_ configuration: ClientConfiguration) {
        var configuration = configuration
        configuration.sendAttemptsMax = Self.sendAttemptsMax
        client = ClientCore(configuration)
    }

    /// Takes one event.
    public mutating func receive(_ event: Event, now: Instant) -> [Effect] {
        guard !hasEnded else { return [] }
        var effects = client.receive(event, now: now)
        switch event {
        case .started:
            client.logIn(now: now)
            wantsLine = true
        case .control(.stop): stop(now, &effects)
        case .timer(Self.drainTimer): if isDraining { stop(now, &effects) }
        case .timer(Self.echoTimer): isEchoOverdue = true
        case .timer(Self.stopTimer): end(0, now, &effects)
        case .timer(Self.inputTimer): if isInputHeld { giveUpInput(now, &effects) }
        case .control, .timer, .connected, .dialFailed, .received, .closed: break
        case .written, .stored, .storeFailed, .hashed: break
        }
        finishStep(now, &effects)
        return effects
    }

    /// Takes a line that was typed; nil is the end of the input.
    ///
    /// Whoever has more lines than a person types gives the next one at the effect `takeLine`.
    public mutating func enter(_ line: String?, now: Instant) -> [Effect] {
        guard !hasEnded else { return [] }
        var effects: [Effect] = []
        wantsLine = line != nil
        switch line {
        case nil:
            awaitsServer = !wasConnected
            leave(now, &effects)
        case "/quit"?:
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
        var effects: [Effect] = []
        wantsLine = true
        sayTooLong(&effects)
        finishStep(now, &effects)
        return effects
    }

    /// Traps where the state contradicts itself.
    public func checkInvariants() {
        client.checkInvariants()
    }

    private mutating func say(_ line: String, _ now: Instant, _ effects: inout [Effect]) {
        guard line.utf8.count <= Self.lineBytesMax else {
            sayTooLong(&effects)
            return
        }
        let wasOpen = client.isLoggedIn
        let keeps = !client.configuration.resumes && (!wasOpen || !unsent.isEmpty)
        if keeps, unsent.count < Outbox.openMax {
            unsent.append(line)
        } else if keeps || client.send(line, now: now) == nil {
            hasDropped = true
            effects.append(show("* not connected: \(ChatText.quoted(line)) was not sent"))
            return
        }
        if !wasOpen { promise(line, &effects) }
    }

    private mutating func sayTooLong(_ effects: inout [Effect]) {
        hasDropped = true
        effects.append(show("* a line of more than \(Self.lineBytesMax) bytes was not sent"))
    }

    /// Says of the first lines without a session that they wait for one.
    private mutating func promise(_ line: String, _ effects: inout [Effect]) {
        promised += 1
        let state = wasConnected ? "not connected" : "not connected yet"
        if promised <= Self.unsentShownMax {
            effects.append(show("* \(state): \(ChatText.quoted(line)) will be sent"))
        } else if promised == Self.unsentShownMax + 1 {
            effects.append(show("* \(state): what follows will be sent too"))
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

    /// Whether nothing is left that an end should wait for.
    private var isDone: Bool {
        !hasMoreToSend && (wasConnected || !awaitsServer) && (unechoed == 0 || isEchoOverdue)
    }

    /// How many lines a session without acknowledgements was given that did not come back to us yet.
    private var unechoed: Int {
        client.configuration.resumes || !client.isLoggedIn ? 0 : client.outbox.open.count
    }

    /// Ends once what was typed is sent, if that is soon; at once where it is asked again.
    private mutating func leave(_ now: Instant, _ effects: inout [Effect]) {
        guard !isDone, !isDraining, !isStopping else {
            stop(now, &effects)
            return
        }
        isDraining = true
        effects.append(.setTimer(Self.drainTimer, after: Self.drainMax))
        awaitEchoes(&effects)
        if !client.isLoggedIn {
            let seconds = Self.drainMax.components.seconds
            let what = hasMoreToSend ? "send what was typed" : "connect"
            effects.append(show("* trying for \(seconds) s to \(what)"))
        }
    }

    /// Asks for the next line of the input where there is room for it; what is typed beyond waits there.
    private mutating func askForLine(_ effects: inout [Effect]) {
        guard wantsLine, !hasEnded, !isStopping else { return }
        let underWay = client.outbox.open.count + unsent.count
        let hasRoom = underWay < Self.underWayMax && !client.outbox.isFull
        if isInputHeld == hasRoom {
            isInputHeld = !hasRoom
            let limit = Effect.setTimer(Self.inputTimer, after: Self.inputWaitMax)
            effects.append(hasRoom ? .cancelTimer(Self.inputTimer) : limit)
        }
        guard hasRoom else { return }
        wantsLine = false
        effects.append(.takeLine)
    }

    /// Ends because nothing that was typed got through for long, though more is to come.
    private mutating func giveUpInput(_ now: Instant, _ effects: inout [Effect]) {
        let seconds = Self.inputWaitMax.components.seconds
        effects.append(show("* nothing got through for \(seconds) s: the rest is not read"))
        hasDropped = true
        stop(now, &effects)
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
            effects.append(show("* \(ChatText.quoted(line.body)) \(what)"))
        }
        let more = lost.count - Self.unsentShownMax
        if more > 0 { effects.append(show("* and so \(more) lines more")) }
        if !wasConnected, code == 0 {
            let isIn = "* no server let \(client.configuration.user) in"
            effects.append(show(hasFailed ? isIn : "* ended before a server answered"))
        }
        let isWhole = (wasConnected || !hasFailed) && lost.isEmpty && !hasDropped
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
            guard isDraining, !hasEnded, isDone else { break }
            stop(now, &effects)
        }
        askForLine(&effects)
    }

    /// Waits for the echoes of what is said, from now on, until `hold` is over.
    private mutating func awaitEchoes(_ effects: inout [Effect]) {
        isEchoOverdue = false
        effects.append(.setTimer(Self.echoTimer, after: client.configuration.hold))
    }

    /// Says that a session without acknowledgements ended before what was said in it came back.
    private mutating func tellUnechoed(_ effects: inout [Effect]) {
        let count = client.outbox.open.count
        guard wasConnected, !isStopping, count > 0 else { return }
        hasDropped = true
        let lines = count == 1 ? "a line" : "\(count) lines"
        effects.append(show("* \(lines) said last may not have arrived"))
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
            refusals = []
            promised = 0
            wasConnected = true
            if isDraining { awaitEchoes(&effects) }
        case .disconnected(let reason):
            hasFailed = true
            // Of each server it is said once, not with each attempt.
            if troubles.isEmpty, !client.configuration.resumes { tellUnechoed(&effects) }
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
            // An attempt that is refused like the one before is nothing new.
            if refusals.count < Self.troublesMax, !refusals.contains(info) {
                effects.append(show("* refused: \(info)"))
                refusals.append(info)
            }
            if isFinal { end(Self.exitRefused, now, &effects) }
        case .redirected(let address):
            effects.append(show("* sent on to \(address)"))
        case .delivered(let sender, let activity):
            effects.append(show("\(sender): \(ChatText.text(of: activity))"))
        case .loggedOut:
            if isStopping { end(0, now, &effects) }
        case .givenUp(let line):
            hasDropped = true
            let times = Self.sendAttemptsMax
            let why =
                "\(times) times the connection was closed on it, it may be too long for the server"
            effects.append(show("* \(ChatText.quoted(line)) is given up: \(why)"))
        case .acknowledged, .newStream:
            break
        }
    }
}
