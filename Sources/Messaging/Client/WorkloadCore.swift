public import Evidence

/// Drives one user of a run: registers and logs it in, sends at its rate, leaves and returns, intrudes,
/// and ends in order.
///
/// Controls: `start` begins the workload; `rest` ends it and stays logged in; `drain` sends one last
/// message; `stop` logs out, writes down what is open and exits with 0. `ready` is told at the first
/// login. Nothing else is asked of it while servers die and links are cut: it tries on.
public struct WorkloadCore: ProtocolCore {
    /// What it does.
    public let configuration: WorkloadConfiguration

    private var client: ClientCore
    private var intruder: IntruderCore
    private var random: SeededGenerator
    private var phase: Phase = .starting
    private var isReady = false
    /// The user left by plan and has not returned.
    private var isAway = false
    /// How often it left or registered one more name.
    private var churns = 0
    /// The last message is asked for and not sent.
    private var owesLast = false
    private var hasDrained = false
    private var nextSend: Instant = .zero
    private var workloadBegan: Instant = .zero

    private enum Phase: Sendable {
        /// Registers and logs in.
        case starting
        /// Logged in once; no workload yet.
        case waiting
        case working
        /// The workload is over; stays logged in.
        case resting
        /// Logs out.
        case stopping
        /// Asked to exit; does nothing more.
        case ended
    }

    private enum Timer: Int {
        case send = 30
        case churn
        case comeBack
        case intrude
        case duration
        case ready
        case stop
        case rival
    }

    /// The most sends that are made up for at once when the process was held up.
    private static let burstMax = 64
    /// What lies further back is not made up for.
    private static let lagMax: Duration = .seconds(1)
    /// How long logging out may take, on top of `hold`, before the process ends anyway.
    private static let stopGrace: Duration = .milliseconds(500)
    /// EX_UNAVAILABLE: it never got in.
    private static let exitUnavailable: Int32 = 69

    /// Makes a workload client.
    public init(_ configuration: WorkloadConfiguration) {
        self.configuration = configuration
        let client = configuration.client
        self.client = ClientCore(client)
        intruder = IntruderCore(configuration)
        random = SeededGenerator(seed: client.seed, stream: "workload.\(client.client)")
    }

    /// Takes one event.
    public mutating func receive(_ event: Event, now: Instant) -> [Effect] {
        if case .ended = phase { return [] }
        var effects = client.receive(event, now: now)
        effects += intruder.receive(event, counters: &client.counters)
        switch event {
        case .started: begin(now, &effects)
        case .control(let control): take(control, now, &effects)
        case .timer(let timer):
            if let kind = Timer(rawValue: timer.kind) { fired(kind, now, &effects) }
        case .connected, .dialFailed, .received, .closed: break
        case .written, .stored, .storeFailed, .hashed: break
        }
        effects += client.takeEffects()
        for notice in client.takeNotices() { heed(notice, now, &effects) }
        effects += client.takeEffects()
        return effects
    }

    /// Traps where the state contradicts itself.
    public func checkInvariants() {
        client.checkInvariants()
        if case .working = phase { precondition(!hasDrained, "no workload runs after the drain") }
    }

    private mutating func begin(_ now: Instant, _ effects: inout [Effect]) {
        set(.ready, after: configuration.readyWithin, &effects)
        client.logIn(now: now)
    }

    private mutating func take(_ control: Event.Control, _ now: Instant, _ effects: inout [Effect])
    {
        switch (control, phase) {
        case (.start, .starting), (.start, .waiting):
            phase = .working
            startWorkload(now, &effects)
        case (.rest, .starting), (.rest, .waiting), (.rest, .working):
            rest(now, &effects)
        case (.drain, .starting), (.drain, .waiting), (.drain, .working), (.drain, .resting):
            rest(now, &effects)
            guard !hasDrained else { break }
            hasDrained = true
            owesLast = true
            sendLast(now)
        case (.stop, .starting), (.stop, .waiting), (.stop, .working), (.stop, .resting):
            endWorkload(&effects)
            phase = .stopping
            set(.stop, after: configuration.client.hold + Self.stopGrace, &effects)
            effects += intruder.finish()
            client.logOut(now: now)
        case (.start, _), (.rest, _), (.drain, _), (.stop, _):
            break
        }
    }

    private mutating func heed(_ notice: ClientNotice, _ now: Instant, _ effects: inout [Effect]) {
        switch notice {
        case .loggedIn:
            if !isReady {
                isReady = true
                effects.append(.cancelTimer(id(.ready)))
                effects.append(.ready)
                if case .starting = phase { phase = .waiting }
            }
            sendLast(now)
        case .loggedOut:
            if case .stopping = phase { end(exitCode: 0, now, &effects) }
        case .registered, .nameTaken, .disconnected, .refused, .redirected, .acknowledged,
            .delivered,
            .present, .givenUp, .newStream:
            break
        }
    }

    // MARK: Workload

    private mutating func startWorkload(_ now: Instant, _ effects: inout [Effect]) {
        workloadBegan = now
        if let interval = configuration.sendInterval {
            nextSend = now + part(of: interval * configuration.burst)
            set(.send, after: nextSend - now, &effects)
        }
        if let interval = configuration.churnInterval {
            set(.churn, after: part(of: interval), &effects)
        }
        if let interval = configuration.intruderInterval {
            set(.intrude, after: part(of: interval), &effects)
        }
        if let interval = configuration.rivalInterval {
            set(.rival, after: part(of: interval), &effects)
        }
        if let duration = configuration.duration { set(.duration, after: duration, &effects) }
    }

    private func endWorkload(_ effects: inout [Effect]) {
        for timer in [Timer.send, .churn, .comeBack, .intrude, .rival, .duration] {
            effects.append(.cancelTimer(id(timer)))
        }
    }

    private mutating func rest(_ now: Instant, _ effects: inout [Effect]) {
        endWorkload(&effects)
        phase = .resting
        isAway = false
        client.logIn(now: now)
    }

    private mutating func fired(_ timer: Timer, _ now: Instant, _ effects: inout [Effect]) {
        switch (timer, phase) {
        case (.send, .working):
            sendDue(now, &effects)
        case (.churn, .working):
            leave(now, &effects)
        case (.comeBack, .working):
            isAway = false
            client.logIn(now: now)
        case (.intrude, .working):
            effects += intruder.begin()
            if let interval = configuration.intruderInterval {
                set(.intrude, after: interval / 2 + part(of: interval), &effects)
            }
        case (.rival, .working):
            // The name of the moment: all who began together want the same one for as long as `hold`.
            let number = (now - workloadBegan).nanoseconds / configuration.client.hold.nanoseconds
            effects += intruder.begin(.registerRival(number: number))
            if let interval = configuration.rivalInterval {
                set(.rival, after: interval / 2 + part(of: interval), &effects)
            }
        case (.duration, .working):
            rest(now, &effects)
        case (.ready, _) where !isReady:
            effects.append(.show("not logged in within \(configuration.readyWithin.seconds) s"))
            end(exitCode: Self.exitUnavailable, now, &effects)
        case (.stop, .stopping):
            end(exitCode: 0, now, &effects)
        case (.send, _), (.churn, _), (.comeBack, _), (.intrude, _), (.rival, _), (.duration, _),
            (.ready, _), (.stop, _):
            break
        }
    }

    private mutating func sendDue(_ now: Instant, _ effects: inout [Effect]) {
        guard let interval = configuration.sendInterval else { return }
        if now - nextSend > Self.lagMax { nextSend = now }
        var sent = 0
        while nextSend <= now, sent < Self.burstMax {
            for _ in 0..<configuration.burst where !isAway {
                client.send(body(), now: now)
            }
            nextSend = nextSend + interval * configuration.burst
            sent += configuration.burst
        }
        set(.send, after: max(nextSend - now, .zero), &effects)
    }

    private mutating func sendLast(_ now: Instant) {
        guard owesLast, client.send(body(), now: now) != nil else { return }
        owesLast = false
    }

    private mutating func body() -> String {
        let least = configuration.bodyBytes
        let most = max(least, configuration.bodyBytesMax ?? least)
        let count = most == least ? least : random.within(least...most)
        return Hexadecimal.text(bytes: count, &random)
    }

    /// The user does what it is its turn to do: it leaves and returns after a while, or registers one more
    /// name.
    private mutating func leave(_ now: Instant, _ effects: inout [Effect]) {
        guard let interval = configuration.churnInterval else { return }
        if client.isLoggedIn, !isAway, !configuration.churnKinds.isEmpty {
            let kind = configuration.churnKinds[churns % configuration.churnKinds.count]
            churns += 1
            switch kind {
            case .logout:
                client.logOut(now: now)
                stayAway(&effects)
            case .vanish:
                client.vanish(now: now)
                stayAway(&effects)
            case .register:
                effects += intruder.begin(.registerFresh)
            }
        }
        set(.churn, after: interval / 2 + part(of: interval), &effects)
    }

    private mutating func stayAway(_ effects: inout [Effect]) {
        isAway = true
        let most = Duration.milliseconds(100) + configuration.client.hold * 2
        let away = configuration.away ?? .milliseconds(100)...most
        set(
            .comeBack,
            after: away.lowerBound + part(of: away.upperBound - away.lowerBound),
            &effects
        )
    }

    private mutating func end(exitCode: Int32, _ now: Instant, _ effects: inout [Effect]) {
        phase = .ended
        effects += intruder.finish()
        client.finish(now: now)
        effects += client.takeEffects()
        _ = client.takeNotices()
        effects.append(.exit(exitCode))
    }

    // MARK: Time

    /// A duration from zero up to this one, by chance.
    private mutating func part(of duration: Duration) -> Duration {
        let microseconds = Int(duration.nanoseconds / 1000)
        return microseconds > 0 ? .microseconds(Int64(random.below(microseconds))) : .zero
    }

    private func id(_ timer: Timer) -> TimerID { TimerID(kind: timer.rawValue) }

    private func set(_ timer: Timer, after duration: Duration, _ effects: inout [Effect]) {
        effects.append(.setTimer(id(timer), after: duration))
    }
}
