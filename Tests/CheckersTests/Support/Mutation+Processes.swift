import Checkers
import Evidence

extension Mutation {
    static let process: [Mutation] = [
        Mutation(name: "a server crashes by itself", verdicts: ["P1": "violated"]) { run, random in
            let stopped = run.indices(.exited) { $0.fields[.cause] == "stopped" }
            guard let one = random.pick(stopped) else { return false }
            run.entries[one].fields[.cause] = "signal"
            run.entries[one].fields[.status] = "11"
            return true
        },
        Mutation(name: "a process writes a sanitizer's report", verdicts: ["P1": "violated"]) {
            run,
            random in
            guard let one = random.pick(run.indices(.ready)) else { return false }
            run.insert(
                after: one,
                .output,
                [
                    .target: "server.1", .targetIncarnation: "0", .channel: "stderr",
                    .line: "==1==ERROR: AddressSanitizer: heap-use-after-free",
                ]
            )
            return true
        },
        Mutation(name: "the run was cut short", verdicts: ["E1": "unproved"]) { run, _ in
            guard let stop = run.indices(.phase).last else { return false }
            run.insert(after: stop, .runCutShort, [.reason: "the disk is full"])
            return true
        },
        Mutation(name: "a fault was not applied", verdicts: ["E2": "invalid-experiment"]) {
            run,
            random in
            guard let one = random.pick(run.indices(.faultApplied)) else { return false }
            run.entries.remove(at: one)
            return true
        },
        Mutation(name: "a fault was not seen in force", verdicts: ["E2": "invalid-experiment"]) {
            run,
            random in
            guard let one = random.pick(run.indices(.faultVerified)) else { return false }
            run.entries.remove(at: one)
            return true
        },
        Mutation(name: "a cut was not seen healed", verdicts: ["E2": "invalid-experiment"]) {
            run,
            random in
            let heals = run.indices(.faultHealVerified) { $0.fields[.faultKind] == "cut" }
            guard let one = random.pick(heals) else { return false }
            run.entries.remove(at: one)
            return true
        },
        Mutation(
            name: "a message is lost and a fault not seen healed",
            verdicts: ["D1": "unproved", "E2": "invalid-experiment"]
        ) { run, random in
            let heals = run.indices(.faultHealVerified) { $0.fields[.faultKind] == "cut" }
            guard let one = random.pick(heals), let pair = owedPair(run, &random) else {
                return false
            }
            run.entries.remove(at: one)
            remove(pair.message, pair.user, &run)
            return true
        },
        Mutation(name: "a node never got ready", verdicts: ["E2": "invalid-experiment"]) { run, _ in
            run.settings.mustBeReady = ["server.2", "client.1"]
            run.entries.removeAll { $0.event == .ready && $0.fields[.target] == "server.2" }
            return true
        },
        Mutation(name: "a planned fault never came", verdicts: ["E2": "invalid-experiment"]) {
            run,
            _ in
            run.settings.plannedFaults = [
                .init(id: "f999", summary: "cut of server.1", heals: true)
            ]
            return true
        },
    ]
}
