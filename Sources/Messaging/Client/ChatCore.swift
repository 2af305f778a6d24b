public import Evidence

/// A person's chat: shows what others say, sends what is typed, and says when the connection goes and
/// comes back.
public struct ChatCore: ProtocolCore {
    private var client: ClientCore
    private var isStopping = false
    private var hasEnded = false

    /// What `/help` shows.
    public static let help = [
        "Type a line to send it to everybody who is connected.",
        "/help  shows this", "/quit  logs out and ends",
    ]

    private static let stopTimer = TimerID(kind: 40)
    private static let exitRefused: Int32 = 1

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
        case let line? where line.hasPrefix("/"):
            effects.append(.show("unknown command \(line); /help shows all"))
        case let line?:
            let wasOpen = client.isLoggedIn
            if client.send(line, now: now) == nil {
                effects.append(.show("* not connected: \"\(line)\" was not sent"))
            } else if !wasOpen {
                effects.append(.show("* not connected: \"\(line)\" will be sent"))
            }
        }
        finishStep(now, &effects)
        return effects
    }

    /// Traps where the state contradicts itself.
    public func checkInvariants() {
        client.checkInvariants()
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
        case .registered(alreadyTaken: false):
            effects.append(.show("* registered as \(user)"))
        case .registered(alreadyTaken: true):
            effects.append(.show("* the name \(user) is taken: choose another, or give its secret"))
            end(Self.exitRefused, now, &effects)
        case .loggedIn(_, let server):
            effects.append(.show("* connected to \(server) as \(user)"))
        case .disconnected(let reason):
            if !isStopping { effects.append(.show("* not connected: \(reason); trying again")) }
        case .refused(let info, let isFinal):
            effects.append(.show("* refused: \(info)"))
            if isFinal { end(Self.exitRefused, now, &effects) }
        case .redirected(let address):
            effects.append(.show("* sent on to \(address)"))
        case .delivered(let sender, let activity):
            effects.append(.show("\(sender): \(Self.text(activity))"))
        case .loggedOut:
            if isStopping { end(0, now, &effects) }
        case .acknowledged, .newStream:
            break
        }
    }

    /// What a person reads of an activity: its body, or all of it where it has none.
    private static func text(_ activity: Activity) -> String {
        if case .string(let body)? = activity.object?["body"] { return body }
        return String(decoding: activity.bytes, as: UTF8.self)
    }
}
