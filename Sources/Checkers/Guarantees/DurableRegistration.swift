import Evidence

/// R2 durable-registration: no login invoked after a registration was acknowledged, with the right
/// secret, is denied as unknown user or wrong secret.
///
/// "Cannot tell now" is no denial. Time: one step for each (login, registration of its name); memory:
/// linear in the number of registrations.
enum DurableRegistration: Detector {
    static let sources: Set<EvidenceSource> = [.clients, .orchestrator]

    static func detect(_ context: CheckContext, _ findings: inout Findings) {
        let history = context.history
        let names = Registrations(history)
        for operation in history.operations where operation.kind == .login {
            guard let invoke = operation.invoke, operation.completion != nil,
                let secret = history.records.text(invoke, .secret)
            else { continue }
            let registrations = names.of(operation.user)
            guard findings.spend(1 + registrations.count) else { return }
            let registered = registrations.first {
                guard $0.outcome == .ok, $0.secret == secret, let ok = $0.completion else {
                    return false
                }
                return history.precedes(ok, invoke)
            }
            guard let registered else { continue }
            findings.cases += 1
            // Any of its attempts may have been denied, whatever came of it in the end.
            let denial = operation.denials.first {
                let reason = history.records.text($0, .reason)
                return reason == "unknown-user" || reason == "wrong-secret"
            }
            guard let denial, let reason = history.records.text(denial, .reason) else { continue }
            findings.violation(
                .init(
                    summary:
                        "\(operation.user) was denied as \(reason) after the name was registered",
                    records: [denial, invoke, registered.completion],
                    users: [operation.user],
                    time: history.time(invoke)...max(history.time(invoke), history.time(denial))
                ),
                excuse: .never
            )
        }
    }
}
