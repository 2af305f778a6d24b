import Checkers
import Evidence

extension Mutation {
    static let server: [Mutation] = [
        Mutation(name: "two nodes act as master in one epoch", verdicts: ["S1": "violated"]) {
            run,
            _ in
            let second = run.indices(.roleChanged) {
                $0.node == "server.2" && $0.fields[.role] == ServerRole.master.rawValue
            }.first
            guard let second else { return false }
            run.entries[second].fields[.epoch] = "1"
            return true
        },
        Mutation(name: "a peer is a super-peer at once", verdicts: ["S1": "violated"]) {
            run,
            random in
            let steps = run.indices(.roleChanged) {
                $0.fields[.role] == ServerRole.transition.rawValue
            }
            guard let one = random.pick(steps) else { return false }
            run.entries.remove(at: one)
            return true
        },
        Mutation(name: "an old master does not give up", verdicts: ["S1": "violated"]) {
            run,
            random in
            let given = run.indices(.roleChanged) { entry in
                entry.fields[.role] == ServerRole.superPeer.rawValue
                    && run.entries.last {
                        $0.node == entry.node && $0.event == .roleChanged && $0.time < entry.time
                    }?.fields[.role] == ServerRole.master.rawValue
            }
            guard let one = random.pick(given) else { return false }
            run.entries.remove(at: one)
            return reference(run).masterFaults(superPeers: 2) > 0
        },
        Mutation(name: "nobody is raised", verdicts: ["S1": "violated"]) { run, _ in
            let own = run.indices(.roleChanged) { $0.node == "server.2" }
            for index in own.dropFirst().reversed() { run.entries.remove(at: index) }
            return reference(run).masterFaults(superPeers: 2) > 0
        },
        Mutation(name: "a peer has two supervisors", verdicts: ["S2": "violated"]) { run, random in
            let lost = run.indices(.supervisorLost) { $0.node == "server.3" }
            guard let one = random.pick(lost) else { return false }
            run.entries.remove(at: one)
            return true
        },
        Mutation(name: "two super-peers list a peer", verdicts: ["S2": "violated"]) { run, random in
            let lost = run.indices(.peerLost) { $0.fields[.peer] == "server.3" }
            guard let one = random.pick(lost) else { return false }
            run.entries.remove(at: one)
            return reference(run).supervisorFaults() > 0
        },
        Mutation(name: "a newcomer is sent away from an idle server", verdicts: ["B1": "violated"])
        {
            run,
            random in
            decide(1, "redirected", &run, &random)
        },
        Mutation(name: "a newcomer is sent where nobody is", verdicts: ["B1": "violated"]) {
            run,
            random in
            guard let one = random.pick(run.indices(.redirectDecided)) else { return false }
            run.entries[one].fields[.eligible] = "0"
            run.entries[one].fields[.outcome] = "redirected"
            return chances(run).count >= 30
        },
        Mutation(name: "a full server keeps a newcomer", verdicts: ["B1": "violated"]) {
            run,
            random in
            decide(6, "stayed", &run, &random)
        },
        Mutation(name: "nobody is ever sent elsewhere by chance", verdicts: ["B1": "violated"]) {
            run,
            _ in
            for index in chances(run) { run.entries[index].fields[.outcome] = "stayed" }
            return chances(run).count >= 30
        },
        Mutation(name: "everybody is sent elsewhere by chance", verdicts: ["B1": "violated"]) {
            run,
            _ in
            for index in chances(run) { run.entries[index].fields[.outcome] = "redirected" }
            return chances(run).count >= 30
        },
        Mutation(name: "chance had little to say", verdicts: ["B1": "unproved"]) { run, _ in
            while let last = chances(run).last, chances(run).count >= 30 {
                run.entries.remove(at: last)
            }
            return true
        },
    ]

    private static func reference(_ run: Run) -> Reference {
        Reference(
            run.records(),
            hold: run.settings.hold.nanoseconds,
            settle: run.settings.settle.nanoseconds
        )
    }

    /// The redirect decisions that were left to chance.
    private static func chances(_ run: Run) -> [Int] {
        run.indices(.redirectDecided) {
            (3...5).contains($0.fields.integer(.load) ?? 0) && $0.fields[.eligible] != "0"
        }
    }

    private static func decide(
        _ load: Int,
        _ outcome: String,
        _ run: inout Run,
        _ random: inout SeededGenerator
    ) -> Bool {
        guard let one = random.pick(run.indices(.redirectDecided)) else { return false }
        run.entries[one].fields[.load] = "\(load)"
        run.entries[one].fields[.eligible] = "1"
        run.entries[one].fields[.outcome] = outcome
        return chances(run).count >= 30
    }
}
