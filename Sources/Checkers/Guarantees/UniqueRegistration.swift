import Evidence

/// R1 unique-registration: at most one `register` per user name took effect.
///
/// One took effect if it ended ok, or if it ended undecided and a `login-ok` shows a secret that only it
/// gave. Time and memory: linear in the number of registrations and logins.
enum UniqueRegistration: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        guard findings.spend(2 * history.operations.count) else { return }
        let names = Registrations(history)
        for user in names.users {
            let registrations = names.of(user)
            findings.cases += 1
            if registrations.count > 1 {
                findings.count("names that were asked for more than once")
            }
            let certain = registrations.filter { $0.outcome == .ok }
            let shown = registrations.compactMap { undecided -> (register: Int?, login: Int)? in
                guard undecided.outcome == .indeterminate, let secret = undecided.secret,
                    registrations.filter({ $0.secret == secret }).count == 1,
                    let login = names.login(user, secret: secret)
                else { return nil }
                return (undecided.invoke, login)
            }
            guard certain.count + shown.count > 1 else { continue }
            findings.violation(
                .init(
                    summary: "The name \(user) was registered \(certain.count + shown.count) times",
                    records: certain.map(\.completion) + shown.flatMap { [$0.register, $0.login] },
                    users: [user]
                ),
                excuse: certain.count > 1 ? .never : .missing([.clients, .orchestrator])
            )
        }
    }
}

/// The registrations of each name, and the secrets with which it was logged in.
struct Registrations {
    /// One registration.
    struct Registration {
        var invoke: Int?
        var completion: Int?
        var outcome: History.Outcome
        /// The fingerprint of the secret; nil where the invocation is missing.
        var secret: String?
    }

    /// The names, in order.
    let users: [String]
    private var byUser: [String: [Registration]] = [:]
    private var logins: [String: [String: Int]] = [:]

    init(_ history: History) {
        for operation in history.operations {
            switch operation.kind {
            case .register:
                byUser[operation.user, default: []].append(
                    Registration(
                        invoke: operation.invoke,
                        completion: operation.completion,
                        outcome: operation.outcome,
                        secret: operation.invoke.flatMap { history.records.text($0, .secret) }
                    )
                )
            case .login:
                guard operation.outcome == .ok, let completion = operation.completion,
                    let secret = history.records.text(completion, .secret)
                else { continue }
                if logins[operation.user]?[secret] == nil {
                    logins[operation.user, default: [:]][secret] = completion
                }
            }
        }
        users = byUser.keys.sorted()
    }

    /// The registrations of a name.
    func of(_ user: String) -> [Registration] { byUser[user] ?? [] }

    /// A `login-ok` of a name with a secret.
    func login(_ user: String, secret: String) -> Int? { logins[user]?[secret] }
}
