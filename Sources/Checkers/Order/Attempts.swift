import Evidence

/// The operations that were invoked in the workload phase, and whether they ended as meant.
///
/// Meant is ok, or the intended fail: of a registration whose name was taken before, or was asked for by
/// another one that did not fail; of a login with a secret that no registration of the name gave. A login
/// that was sent elsewhere is no attempt of its own, nor is one without an end whose client a fault killed. Linear in
/// operations, sends and registrations of a name.
struct Attempts {
    /// One operation.
    struct Attempt {
        let kind: Kind
        let invoke: Int
        let from: Instant
        /// When it ended as meant; nil where it did not.
        let served: Instant?
    }

    /// The kinds of operation, each judged on its own.
    enum Kind: Int, CaseIterable {
        case register
        case login
        case send

        /// Its name in findings.
        var name: String {
            switch self {
            case .register: "registrations"
            case .login: "logins"
            case .send: "sends"
            }
        }
    }

    /// The attempts, each kind in order of time.
    private(set) var list: [Attempt] = []
    /// When an operation of a kind ended as meant, in any phase, in order.
    private(set) var served: [Kind: [Instant]] = [:]
    /// How many the end of their client cut off.
    private(set) var cutOff = 0
    /// How many logins were sent elsewhere.
    private(set) var redirected = 0
    private let history: History
    private let phase: Range<Instant>

    /// Gathers them; nil where the run had no workload phase.
    init?(_ history: History) {
        guard let phase = Self.workload(history) else { return nil }
        self.history = history
        self.phase = phase
        let names = Registrations(history)
        for operation in history.operations {
            guard let invoke = operation.invoke else { continue }
            switch operation.kind {
            case .register:
                let isTaken = Self.mayBeTaken(operation, names, history)
                let isOk = operation.outcome == .ok
                let isMeant = isOk || isTaken && operation.outcome == .failed
                add(.register, invoke, operation.completion, isMeant)
            case .login:
                let reason = operation.completion.flatMap { history.records.text($0, .reason) }
                if operation.outcome == .failed, reason == "redirected" {
                    redirected += 1
                    continue
                }
                let isKnown = Self.isKnown(invoke, operation.user, names, history)
                let wanted: History.Outcome = isKnown ? .ok : .failed
                add(.login, invoke, operation.completion, operation.outcome == wanted)
            }
        }
        for message in history.messages {
            guard let invoke = message.invoke else { continue }
            add(.send, invoke, message.completion, message.outcome == .ok)
        }
        list.sort {
            ($0.kind.rawValue, $0.from, $0.invoke) < ($1.kind.rawValue, $1.from, $1.invoke)
        }
        for kind in Kind.allCases { served[kind]?.sort() }
    }

    /// When the workload ran; nil where the run had none.
    static func workload(_ history: History) -> Range<Instant>? {
        guard let begin = history.phases.firstIndex(where: { $0.phase == .workload }) else {
            return nil
        }
        let from = history.phases[begin].time
        let to = history.phases[begin...].first { $0.phase > .workload }?.time ?? history.end
        return from..<max(from, to)
    }

    private mutating func add(_ kind: Kind, _ invoke: Int, _ completion: Int?, _ isMeant: Bool) {
        let ended = isMeant ? completion.map { history.time($0) } : nil
        if let ended { served[kind, default: []].append(ended) }
        let from = history.time(invoke)
        guard phase.contains(from) else { return }
        if completion == nil, isKilled(invoke) {
            cutOff += 1
            return
        }
        list.append(Attempt(kind: kind, invoke: invoke, from: from, served: ended))
    }

    /// Whether a fault ended the client that wrote a record.
    private func isKilled(_ record: Int) -> Bool {
        guard let exited = history.incarnation(of: record)?.exited else { return false }
        return history.records.text(exited, .cause) == ExitCause.injected.rawValue
    }

    /// Whether a name may have been taken when its registration ended.
    private static func mayBeTaken(
        _ operation: History.Operation,
        _ names: Registrations,
        _ history: History
    ) -> Bool {
        names.of(operation.user).contains { other in
            guard other.outcome != .failed, other.invoke != operation.invoke,
                let asked = other.invoke
            else { return false }
            return operation.completion.map { !history.precedes($0, asked) } ?? true
        }
    }

    /// Whether a login gave the secret of a registration that may have happened; anybody may be anonymous.
    private static func isKnown(
        _ login: Int,
        _ user: String,
        _ names: Registrations,
        _ history: History
    ) -> Bool {
        guard user != History.anonymous else { return true }
        let secret = history.records.text(login, .secret)
        return names.of(user).contains {
            $0.outcome != .failed && $0.secret == secret
                && $0.invoke.map { !history.precedes(login, $0) } ?? true
        }
    }
}

extension History {
    /// The incarnation that wrote a record. A binary search.
    func incarnation(of record: Int) -> Incarnation? {
        let place = incarnations.partitioningIndex { $0.records.upperBound > record }
        return place < incarnations.count ? incarnations[place] : nil
    }
}
