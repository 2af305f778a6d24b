import Evidence

/// D5, R1, R2, L1 and L2 by brute force.
extension Reference {
    /// D5: the messages that were delivered though their send failed.
    func resurrected() -> Set<String> {
        let failed = sends.filter { $0.completion?.event == .sendFail }.map(\.message)
        return Set(failed.filter { message in deliveries.contains { $0[.message] == message } })
    }

    /// A registration: its records.
    private var registrations: [(asked: Record, ended: Record?)] {
        records.filter { $0.event == .register }.map { asked in
            (asked, completion(of: asked, [.registerOK, .registerFail, .registerInfo]))
        }
    }

    private func completion(of asked: Record, _ kinds: [EventKind]) -> Record? {
        let own = records.filter {
            $0.node == asked.node && $0.incarnation == asked.incarnation
                && $0[.operation] == asked[.operation] && kinds.contains($0.event)
        }
        let asks = records.count {
            $0.node == asked.node && $0.incarnation == asked.incarnation
                && $0[.operation] == asked[.operation] && $0.event == asked.event
        }
        return Self.deciding(own, asked: asks, kinds)
    }

    /// R1: the names that were registered twice.
    func registeredTwice() -> Set<String> {
        let names = Set(registrations.compactMap { $0.asked[.user] })
        return names.filter { name in
            let own = registrations.filter { $0.asked[.user] == name }
            let effects = own.count { registration in
                switch registration.ended?.event {
                case .registerOK: true
                case .registerFail: false
                case _:
                    own.count { $0.asked[.secret] == registration.asked[.secret] } == 1
                        && records.contains {
                            $0.event == .loginOK && $0[.user] == name
                                && $0[.secret] == registration.asked[.secret]
                        }
                }
            }
            return effects > 1
        }
    }

    /// R2: "node sequence" of each login that was denied though the name was registered.
    func forgotten() -> Set<String> {
        let denied = records.filter { login in
            guard login.event == .login,
                let ended = completion(of: login, [.loginOK, .loginFail, .loginInfo]),
                ended.event == .loginFail,
                ["unknown-user", "wrong-secret"].contains(ended[.reason] ?? "")
            else { return false }
            return registrations.contains {
                guard let ok = $0.ended, ok.event == .registerOK else { return false }
                return $0.asked[.user] == login[.user] && $0.asked[.secret] == login[.secret]
                    && isBefore(ok, login)
            }
        }
        return Set(denied.map(name))
    }

    /// L1: the users who were logged in twice at a time outside faults.
    func loggedInTwice() -> Set<String> {
        var result: Set<String> = []
        for (place, one) in sessions.enumerated() {
            for other in sessions[..<place] where other.user == one.user {
                guard !one.user.contains("anonymous"), let first = one.alive.max(),
                    let second = other.alive.max()
                else { continue }
                let from = max(one.opened.time.nanoseconds, other.opened.time.nanoseconds)
                let to = min(first, second)
                guard from < to else { continue }
                let isFaulty = (spans(one.node) + spans(other.node)).contains {
                    $0.0 <= to && from <= $0.1
                }
                if !isFaulty { result.insert(one.user) }
            }
        }
        return result
    }

    /// L2: "node sequence" of each login that should not have succeeded, and of each wrong admission.
    func letIn(secret: String) -> Set<String> {
        let logins = records.filter { login in
            guard login.event == .loginOK, login[.user] != "anonymous" else { return false }
            return !registrations.contains {
                $0.ended?.event != .registerFail && $0.asked[.user] == login[.user]
                    && $0.asked[.secret] == login[.secret] && !isBefore(login, $0.asked)
            }
        }
        let nodes = records.filter {
            $0.event == .peerAdmitted && $0[.secret] != secret
        }
        return Set((logins + nodes).map(name))
    }

    private func name(_ record: Record) -> String {
        "\(record.node)/\(record.incarnation)#\(record.sequence)"
    }

    private func isBefore(_ left: Record, _ right: Record) -> Bool {
        left.node == right.node && left.incarnation == right.incarnation
            ? left.sequence < right.sequence : left.time < right.time
    }
}
