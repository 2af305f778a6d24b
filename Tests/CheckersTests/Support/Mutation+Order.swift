import Evidence

extension Mutation {
    static let order: [Mutation] = [
        Mutation(
            name: "two deliveries of a stream are swapped",
            verdicts: ["O1": "violated", "O2": "violated", "O3": "violated"]
        ) { run, random in
            swap(&run, &random) { first, second, _ in first.stream == second.stream }
        },
        Mutation(
            name: "an answer comes before what it answers",
            verdicts: ["O2": "violated", "O3": "violated"]
        ) { run, random in
            swap(&run, &random) { first, second, precedes in
                first.stream != second.stream && precedes
            }
        },
        Mutation(
            name: "one user gets two messages in another order than the others",
            verdicts: ["O3": "violated"]
        ) { run, random in
            swap(&run, &random) { first, second, precedes in
                first.stream != second.stream && !precedes
            }
        },
    ]

    /// Swaps two deliveries that follow each other at one user, that came once each, and that another user
    /// got in the same order.
    private static func swap(
        _ run: inout Run,
        _ random: inout SeededGenerator,
        where isWanted: (MessageIdentity, MessageIdentity, Bool) -> Bool
    ) -> Bool {
        let reference = Reference(run.records(), hold: 0, settle: 0)
        let relation = reference.precedence()
        let places = Dictionary(
            reference.sends.enumerated().map { ($0.element.message, $0.offset) }
        ) { first, _ in first }
        for one in random.shuffled(run.indices(.deliver)) {
            let first = run.entries[one]
            let next = run.indices(.deliver) {
                $0.time > first.time && $0.node == first.node
                    && $0.fields[.session] == first.fields[.session]
            }.first
            guard let next, let early = first.fields[.message],
                let late = run.entries[next].fields[.message],
                let from = places[early], let to = places[late],
                let before = MessageIdentity(early), let after = MessageIdentity(late),
                isWanted(before, after, relation[from][to]),
                reference.sends[to].invoke.time.nanoseconds < first.time,
                let user = first.fields[.user],
                isOnce(early, user, run), isOnce(late, user, run),
                !isSentBetween(one, next, run),
                hasWitness(early, late, besides: first.node, run)
            else { continue }
            run.entries[one].fields[.message] = late
            run.entries[one].fields[.digest] = run.entries[next].fields[.digest]
            run.entries[next].fields[.message] = early
            run.entries[next].fields[.digest] = first.fields[.digest]
            return true
        }
        return false
    }

    private static func isOnce(_ message: String, _ user: String, _ run: Run) -> Bool {
        run.indices(.deliver) { $0.fields[.message] == message && $0.concerns(user) }.count == 1
    }

    /// Whether the client sends between two of its records: what it had seen would be something else then.
    private static func isSentBetween(_ one: Int, _ next: Int, _ run: Run) -> Bool {
        run.entries[one...next].contains {
            $0.event == .send && $0.node == run.entries[one].node
        }
    }

    /// Whether another client got both, once each.
    private static func hasWitness(
        _ early: String,
        _ late: String,
        besides node: String,
        _ run: Run
    ) -> Bool {
        let users = Set(
            run.indices(.deliver) { $0.node != node }.compactMap { run.entries[$0].fields[.user] }
        )
        return users.contains { user in
            user != History.anonymous && isOnce(early, user, run) && isOnce(late, user, run)
        }
    }
}
