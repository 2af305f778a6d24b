import Checkers
import Evidence

extension Mutation {
    static let delivery: [Mutation] = [
        Mutation(name: "a delivery is dropped", verdicts: ["D1": "violated"]) { run, random in
            guard let pair = owedPair(run, &random) else { return false }
            remove(pair.message, pair.user, &run)
            return true
        },
        Mutation(name: "a drop, and the drain hit its cap", verdicts: ["D1": "unproved"]) {
            run,
            random in
            guard let pair = owedPair(run, &random) else { return false }
            remove(pair.message, pair.user, &run)
            for index in run.indices(.drainEnded) { run.entries[index].fields[.reason] = "cap" }
            return true
        },
        Mutation(name: "the drain never ended", verdicts: ["D1": "unproved"]) { run, _ in
            run.entries.removeAll { $0.event == .drainEnded }
            return true
        },
        Mutation(name: "a delivery is doubled", verdicts: ["D2": "violated"]) { run, random in
            guard let one = random.pick(run.indices(.deliver)) else { return false }
            run.insert(after: one, .deliver, run.entries[one].fields)
            return true
        },
        Mutation(
            name: "a confirmed message comes again to a later start",
            verdicts: ["D2": "violated"]
        ) { run, random in repeatConfirmed(&run, &random) },
        Mutation(name: "a body is changed", verdicts: ["D3": "violated"]) { run, random in
            guard let one = random.pick(run.indices(.deliver)) else { return false }
            run.entries[one].fields[.digest] = "00000000000000aa"
            return true
        },
        Mutation(name: "a message is delivered that nobody sent", verdicts: ["D3": "violated"]) {
            run,
            random in
            guard let one = random.pick(run.indices(.deliver)) else { return false }
            var fields = run.entries[one].fields
            fields[.message] = "nobody/x/1"
            run.insert(after: one, .deliver, fields)
            return true
        },
        Mutation(name: "a message is delivered before it is sent", verdicts: ["D3": "violated"]) {
            run,
            random in
            let sends = run.indices(.send) { $0.concerns("u1") }
            guard let send = random.pick(sends) else { return false }
            // The sender's own first delivery moves to just before the send.
            let message = run.entries[send].fields[.message]
            let own = run.indices(.deliver) { $0.fields[.message] == message && $0.concerns("u1") }
            guard own.count == 1, run.entries[own[0]].node == run.entries[send].node,
                run.entries[own[0]].fields[.session] == run.entries[send].fields[.session],
                isNext(message ?? "", "u1", at: send, run),
                // It overtakes nothing else, so every order stays.
                !run.entries[send...own[0]].dropLast().contains(where: {
                    $0.event == .deliver && $0.concerns("u1")
                })
            else { return false }
            run.entries[own[0]].time = run.entries[send].time - 1
            run.entries.sort { $0.time < $1.time }
            return true
        },
        Mutation(
            name: "a message goes to a user who was not there yet",
            verdicts: ["D4": "violated"]
        ) { run, random in misaddress(&run, &random) },
        Mutation(name: "a failed send is delivered", verdicts: ["D5": "violated"]) { run, random in
            resurrect(&run, &random)
        },
    ]

    /// A pair that is owed for certain, to a user who is there to the end.
    static func owedPair(
        _ run: Run,
        _ random: inout SeededGenerator
    ) -> (message: String, user: String)? {
        let reference = Reference(
            run.records(),
            hold: run.settings.hold.nanoseconds,
            settle: run.settings.settle.nanoseconds
        )
        let pairs = reference.sends.flatMap { send in
            reference.owing(send).filter { session in
                session.resumes && reference.isPresent(session.user)
                    && session.alive.contains {
                        $0 != send.invoke.time.nanoseconds
                            && $0 + run.settings.hold.nanoseconds > send.completion?.time
                                .nanoseconds ?? 0
                    }
            }.map { (message: send.message, user: $0.user) }
        }
        return random.pick(pairs)
    }

    /// Takes a message from a user, and keeps what `confirmed` says of the others.
    static func remove(_ message: String, _ user: String, _ run: inout Run) {
        while let index = run.indices(
            .deliver,
            where: {
                $0.fields[.message] == message && $0.concerns(user)
            }
        ).first {
            let gone = run.entries.remove(at: index)
            for later in run.entries.indices[index...]
            where run.entries[later].event == .confirmed && run.entries[later].node == gone.node
                && run.entries[later].fields[.session] == gone.fields[.session]
            {
                let count = run.entries[later].fields.integer(.count) ?? 1
                run.entries[later].fields[.count] = "\(max(0, count - 1))"
            }
        }
    }

    private static func repeatConfirmed(_ run: inout Run, _ random: inout SeededGenerator) -> Bool {
        let reference = Reference(
            run.records(),
            hold: run.settings.hold.nanoseconds,
            settle: run.settings.settle.nanoseconds
        )
        for index in random.shuffled(run.indices(.confirmed)) {
            let confirmed = run.entries[index]
            guard (confirmed.fields.integer(.count) ?? 0) > 0,
                let first = run.indices(
                    .deliver,
                    where: {
                        $0.node == confirmed.node && $0.incarnation == confirmed.incarnation
                            && $0.fields[.session] == confirmed.fields[.session]
                    }
                ).first,
                let later = run.indices(
                    .loginOK,
                    where: { entry in
                        entry.node == confirmed.node && entry.incarnation > confirmed.incarnation
                            && !reference.spans(entry.node).contains {
                                $0.0 <= entry.time + 1 && entry.time + 1 <= $0.1
                            }
                    }
                ).first
            else { continue }
            var fields = run.entries[first].fields
            fields[.session] = run.entries[later].fields[.session]
            run.insert(after: later, .deliver, fields)
            return true
        }
        return false
    }

    private static func misaddress(_ run: inout Run, _ random: inout SeededGenerator) -> Bool {
        guard
            let late = run.indices(.loginOK).last(where: { index in
                run.indices(.loginOK) { $0.node == run.entries[index].node }.first == index
            })
        else { return false }
        let user = run.entries[late].fields[.user]
        guard user != "anonymous",
            let invoked = run.indices(.login, where: { $0.node == run.entries[late].node }).first,
            let gone = run.indices(.ack, where: { $0.time < run.entries[invoked].time }).last,
            let message = run.entries[gone].fields[.message],
            let sent = run.indices(.send, where: { $0.fields[.message] == message }).first,
            run.indices(
                .deliver,
                where: {
                    $0.fields[.message] == message && $0.fields[.user] == user
                }
            ).isEmpty
        else { return false }
        let reference = Reference(
            run.records(),
            hold: run.settings.hold.nanoseconds,
            settle: run.settings.settle.nanoseconds
        )
        let isFaulty = reference.spans(run.entries[late].node).contains {
            $0.0 <= run.entries[gone].time && run.entries[sent].time <= $0.1
        }
        guard !isFaulty else { return false }
        run.insert(
            after: late,
            .deliver,
            [
                .user: user ?? "", .session: run.entries[late].fields[.session] ?? "",
                .message: message, .digest: run.entries[sent].fields[.digest] ?? "",
            ]
        )
        return true
    }

    private static func resurrect(_ run: inout Run, _ random: inout SeededGenerator) -> Bool {
        for failed in random.shuffled(run.indices(.sendFail)) {
            let message = run.entries[failed].fields[.message] ?? ""
            let node = run.entries[failed].node
            let user = run.entries[failed].fields[.user] ?? ""
            guard let sent = run.indices(.send, where: { $0.fields[.message] == message }).first,
                let session = run.entries[sent].fields[.session],
                isNext(message, user, at: failed, run),
                !run.indices(
                    .deliver,
                    where: {
                        $0.time > run.entries[failed].time && $0.node == node
                            && $0.fields[.session] == session
                    }
                ).isEmpty
            else { continue }
            run.insert(
                after: failed,
                .deliver,
                [
                    .user: user, .session: session, .message: message,
                    .digest: run.entries[sent].fields[.digest] ?? "",
                ]
            )
            return true
        }
        return false
    }

    /// Whether a message may be delivered to a user at a place without breaking any order.
    private static func isNext(_ message: String, _ user: String, at place: Int, _ run: Run) -> Bool
    {
        guard let identity = MessageIdentity(message) else { return false }
        return run.indices(.deliver) { $0.concerns(user) }.allSatisfy { index in
            guard let other = run.entries[index].fields[.message].flatMap({ MessageIdentity($0) }),
                other.stream == identity.stream, other.number != identity.number
            else { return true }
            return (other.number < identity.number) == (index < place)
        }
    }
}
