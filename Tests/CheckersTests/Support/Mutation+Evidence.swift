import Evidence

/// Evidence of which nothing is missing, but of which something cannot be: one entry a rule.
extension Mutation {
    /// What rests on clients' records alone, beside the orchestrator's.
    private static let clients = unproved(
        "D1 D2 D3 D4 D5 O1 O2 O3 R1 R2 L1 L2 E1"
    )
    /// What rests on the orchestrator's: everything.
    private static let all = unproved(
        "D1 D2 D3 D4 D5 O1 O2 O3 R1 R2 L1 L2 S1 S2 B1 P1 E1 E2"
    )

    private static func unproved(_ codes: String) -> [String: String] {
        let codes = codes.split(separator: " ").map(String.init)
        return Dictionary(uniqueKeysWithValues: codes.map { ($0, "unproved") })
    }

    private init(
        _ rule: EvidenceRule,
        _ name: String,
        _ verdicts: [String: String],
        change: @escaping @Sendable (inout Run, inout SeededGenerator) -> Bool
    ) {
        self.init(name: name, verdicts: verdicts, rule: rule, change: change)
    }

    static let evidence: [Mutation] = [
        Mutation(.completion, "a registration ends that was not asked for", clients) {
            run,
            random in
            guard let one = random.pick(run.indices(.register)) else { return false }
            run.entries.remove(at: one)
            return true
        },
        Mutation(.completion, "a login ends that was not asked for", clients) { run, random in
            guard let one = random.pick(run.indices(.loginOK)),
                let asked = run.indices(.login, where: { same(.operation, $0, run.entries[one]) })
                    .last
            else { return false }
            run.entries.remove(at: asked)
            return true
        },
        Mutation(.completion, "another client writes that a send was acknowledged", clients) {
            run,
            random in
            guard let one = random.pick(run.indices(.ack)),
                let other = run.indices(.alive, where: { $0.node != run.entries[one].node }).first
            else { return false }
            var fields = run.entries[one].fields
            fields[.session] = nil
            run.insert(after: max(one, other), .ack, fields)
            run.entries[max(one, other) + 1].node = run.entries[other].node
            run.entries[max(one, other) + 1].incarnation = run.entries[other].incarnation
            return isRunning(run.entries[other], at: run.entries[max(one, other) + 1].time, run)
        },
        Mutation(.opening, "a delivery in a session that its client never opened", clients) {
            run,
            random in
            guard let one = random.pick(run.indices(.deliver)) else { return false }
            run.entries[one].fields[.session] = "nowhere"
            return true
        },
        Mutation(.reopening, "a session is opened twice", clients) { run, random in
            guard let one = random.pick(run.indices(.loginOK)) else { return false }
            run.insert(after: one, .loginOK, run.entries[one].fields)
            return true
        },
        Mutation(.ending, "a delivery after the end of its session", clients) { run, random in
            for end in random.shuffled(run.indices(.sessionEnded)) {
                let ended = run.entries[end]
                guard
                    let one = run.indices(.deliver, where: { same(.session, $0, ended) }).first
                else { continue }
                run.insert(after: end, .deliver, run.entries[one].fields)
                return true
            }
            return false
        },
        Mutation(.user, "a record in a session of another user", clients) { run, random in
            guard let one = random.pick(run.indices(.alive)) else { return false }
            run.entries[one].fields[.user] = "eve"
            return true
        },
        Mutation(.operation, "an operation is a registration and a login", clients) { run, random in
            guard let one = random.pick(run.indices(.register)) else { return false }
            run.insert(after: one, .login, run.entries[one].fields)
            return true
        },
        Mutation(.outcome, "a registration took effect and had none", clients) { run, random in
            guard let one = random.pick(run.indices(.registerOK)) else { return false }
            run.insert(after: one, .registerFail, run.entries[one].fields)
            return true
        },
        Mutation(.outcome, "a send was acknowledged and had no effect", clients) { run, random in
            guard let one = random.pick(run.indices(.ack)) else { return false }
            var fields = run.entries[one].fields
            fields[.session] = nil
            run.insert(after: one, .sendFail, fields)
            return true
        },
        Mutation(.life, "a client writes before it was started", clients) { run, random in
            let starts = run.indices(.started) { $0.node.hasPrefix("client") }
            guard let one = random.pick(starts),
                let spawn = run.entries[..<one].lastIndex(where: { $0.event == .spawned })
            else { return false }
            run.entries[spawn].time = run.entries[one].time + 1
            return true
        },
        Mutation(.life, "a client writes after its exit", clients) { run, random in
            let ends = run.indices(.closed) { $0.node.hasPrefix("client") }
            guard let one = random.pick(ends),
                let exit = run.entries[one...].firstIndex(where: { $0.event == .exited })
            else { return false }
            run.entries[exit].time = run.entries[one].time - 1
            return true
        },
        Mutation(.request, "a request is answered before it is sent", clients) { run, random in
            guard let one = random.pick(run.indices(.alive)) else { return false }
            run.entries[one].fields[.since] = "\(run.entries[one].time + 1)"
            return true
        },
        Mutation(.request, "a request was sent before the login", clients) { run, random in
            guard let one = random.pick(run.indices(.alive)),
                let login = run.indices(
                    .login,
                    where: { $0.node == run.entries[one].node && $0.time < run.entries[one].time }
                ).first
            else { return false }
            run.entries[one].fields[.since] = "\(run.entries[login].time - 1)"
            return true
        },
        Mutation(.sender, "another client sends the same message", clients) { run, random in
            guard let one = random.pick(run.indices(.send)),
                let other = run.indices(.alive, where: { $0.node != run.entries[one].node }).last
            else { return false }
            var fields = run.entries[one].fields
            fields[.session] = nil
            run.insert(after: other, .send, fields)
            return true
        },
        Mutation(.author, "a client writes that a server was ready", all) { run, random in
            guard let one = random.pick(run.indices(.alive)) else { return false }
            run.insert(after: one, .ready, [.target: "server.3", .targetIncarnation: "0"])
            return true
        },
        Mutation(.course, "the run begins twice", all) { run, _ in
            guard let one = run.indices(.runStarted).first else { return false }
            run.insert(after: one, .runStarted, run.entries[one].fields)
            return true
        },
        Mutation(.course, "the drain ends twice", all) { run, _ in
            guard let one = run.indices(.drainEnded).first else { return false }
            run.insert(after: one, .drainEnded, run.entries[one].fields)
            return true
        },
        Mutation(.course, "a phase comes again", all) { run, random in
            guard let one = random.pick(run.indices(.phase)) else { return false }
            run.insert(after: one, .phase, run.entries[one].fields)
            return true
        },
        Mutation(.process, "a process is started twice", all) { run, random in
            guard let one = random.pick(run.indices(.spawned)) else { return false }
            run.insert(after: one, .spawned, run.entries[one].fields)
            return true
        },
        Mutation(.count, "a client writes more than it counted", clients) { run, random in
            let ends = run.indices(.closed) { $0.node.hasPrefix("client") }
            guard let one = random.pick(ends) else { return false }
            run.insert(after: one, .streamStarted, [.user: "u1", .stream: "late"])
            return true
        },
        Mutation(.fault, "a fault is applied before it is meant", all) { run, random in
            guard let one = random.pick(run.indices(.faultIntended)),
                let applied = run.indices(
                    .faultApplied,
                    where: { $0.fields[.fault] == run.entries[one].fields[.fault] }
                ).first
            else { return false }
            run.entries[one].event = .faultApplied
            run.entries[applied].event = .faultIntended
            return true
        },
        Mutation(.fault, "a fault is applied twice", all) { run, random in
            guard let one = random.pick(run.indices(.faultApplied)) else { return false }
            run.insert(after: one, .faultApplied, run.entries[one].fields)
            return true
        },
        Mutation(.fault, "a fault is seen in force where it was not meant", all) { run, random in
            guard let one = random.pick(run.indices(.faultVerified)) else { return false }
            run.entries[one].fields[.target] = "server.3"
            run.entries[one].fields[.link] = nil
            return true
        },
        Mutation(.fault, "a fault is of two kinds", all) { run, random in
            guard let one = random.pick(run.indices(.faultApplied)) else { return false }
            run.entries[one].fields[.faultKind] = "reorder"
            return true
        },
        Mutation(.fault, "a fault ended a process that it was not on", all) { run, random in
            let ends = run.indices(.exited) { $0.fields[.cause] == "injected" }
            let others = run.indices(.faultIntended) { $0.fields[.faultKind] == "cut" }
            guard let one = random.pick(ends), let other = random.pick(others) else { return false }
            run.entries[one].fields[.fault] = run.entries[other].fields[.fault]
            return true
        },
    ]

    /// Whether two records of one start of a client have a field in common.
    private static func same(_ field: Field, _ one: Run.Entry, _ other: Run.Entry) -> Bool {
        one.node == other.node && one.incarnation == other.incarnation
            && one.fields[field] == other.fields[field]
    }

    /// Whether the client that wrote an entry still runs at a time.
    private static func isRunning(_ entry: Run.Entry, at time: Int64, _ run: Run) -> Bool {
        run.indices(.exited).contains {
            let exited = run.entries[$0]
            return exited.time > time && exited.fields[.target] == entry.node
                && exited.fields[.targetIncarnation] == "\(entry.incarnation)"
        }
    }
}
