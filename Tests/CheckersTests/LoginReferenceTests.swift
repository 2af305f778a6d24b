import Evidence
import Testing

@testable import Checkers

/// D5, R1, R2, L1, L2, P1, E1 and E2 agree with brute force, on runs whose records were changed at random.
@Suite struct LoginReferenceTests {
    private func changed(seed: Int) -> Run {
        var random = SeededGenerator(seed: UInt64(seed), stream: "logins")
        var run = RunMaker.make(seed: UInt64(seed), steps: 80)
        func pick(_ event: EventKind) -> Int? { random.pick(run.indices(event)) }
        for _ in 0..<random.within(0...5) {
            switch random.below(9) {
            case 0: if let one = pick(.registerFail) { run.entries[one].event = .registerOK }
            case 1: if let one = pick(.registerFail) { run.entries[one].event = .registerInfo }
            case 2: if let one = pick(.loginOK) { run.entries[one].fields[.secret] = "other" }
            case 3:
                // A login that was denied rightly, for its secret was wrong, had the right one.
                let wrong = run.indices(.login) { $0.fields[.secret] == "wrong" }
                if let one = random.pick(wrong) { run.entries[one].fields[.secret] = "s" }
            case 4: if let one = pick(.ack) { run.entries[one].event = .sendFail }
            case 5: if let one = pick(.peerAdmitted) { run.entries[one].fields[.secret] = "no" }
            case 6:
                // Somebody else's session, as this user.
                guard let one = pick(.loginOK), let other = pick(.alive) else { break }
                let user = run.entries[one].fields[.user]
                let node = run.entries[other].node
                let session = run.entries[other].fields[.session]
                let opened = run.indices(.loginOK) {
                    $0.node == node && $0.fields[.session] == session
                }
                let operation = opened.first.flatMap { run.entries[$0].fields[.operation] }
                for index in run.entries.indices
                where run.entries[index].node == node
                    && (run.entries[index].fields[.session] == session
                        || operation != nil && run.entries[index].fields[.operation] == operation)
                { run.entries[index].fields[.user] = user }
            case 7:
                if let one = pick(.exited) { run.entries[one].fields[.cause] = "signal" }
            case _:
                let kinds: [EventKind] = [
                    .faultApplied, .faultVerified, .faultHealVerified, .ready,
                ]
                if let kind = random.pick(kinds), let one = pick(kind) {
                    run.entries.remove(at: one)
                }
            }
        }
        return run
    }

    private func findings(_ guarantee: Guarantee, _ run: Run, _ records: [Record]) -> [Finding] {
        Judge(History(records: records), settings: run.settings).judgement(on: guarantee).findings
            .filter { $0.kind == .violation || $0.kind == .invalid }
    }

    @Test("each finds what brute force finds", arguments: 0..<100)
    func agrees(seed: Int) {
        let run = changed(seed: seed)
        let records = run.records()
        let reference = Reference(
            records,
            hold: run.settings.hold.nanoseconds,
            settle: run.settings.settle.nanoseconds
        )
        func users(_ guarantee: Guarantee) -> Set<String> {
            Set(findings(guarantee, run, records).flatMap(\.users))
        }
        let resurrected = findings(.noResurrection, run, records).flatMap(\.messages)
        #expect(Set(resurrected) == reference.resurrected())
        #expect(users(.uniqueRegistration) == reference.registeredTwice())
        let denied = findings(.durableRegistration, run, records)
        #expect(Set(denied.map { $0.witnesses[1].description }) == reference.forgotten())
        #expect(users(.singleLogin) == reference.loggedInTwice())
        let letIn = findings(.authentication, run, records)
        #expect(
            Set(letIn.map { $0.witnesses[0].description }) == reference.letIn(secret: "cluster")
        )
        #expect(findings(.processes, run, records).count == reference.misbehaved())
        let invalid = findings(.experiment, run, records)
        #expect(invalid.count == reference.invalidFaults().count)
    }

    @Test("evidence is whole where brute force says so", arguments: 0..<60)
    func isWhole(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed), stream: "gaps")
        let run = RunMaker.make(seed: UInt64(seed), steps: 40)
        var records = run.records()
        for _ in 0..<random.within(0...2) {
            // Often the last of a process, of which its end's record tells.
            let ends = records.indices.filter { place in
                !records.contains {
                    $0.node == records[place].node
                        && $0.incarnation == records[place].incarnation
                        && $0.sequence > records[place].sequence
                }
            }
            let from = random.chance(1, in: 2) ? ends : Array(records.indices)
            if let one = random.pick(from) { records.remove(at: one) }
        }
        let judgement = Judge(History(records: records), settings: run.settings)
            .judgement(on: .evidence)
        let reference = Reference(records, hold: 0, settle: 0)
        #expect((judgement.verdict == .holds) == reference.isWhole(), "\(judgement.findings)")
    }

    @Test("the changes break each often enough to compare, and not always")
    func isChanged() {
        var broken: [String: Int] = [:]
        for seed in 0..<100 {
            for (code, word) in changed(seed: seed).verdicts() where word != "unproved" {
                broken[code, default: 0] += 1
            }
        }
        for code in ["D5", "R1", "R2", "L1", "L2", "P1", "E2"] {
            #expect((2..<95).contains(broken[code, default: 0]), "\(code) of \(broken)")
        }
    }
}
