import Checkers
import Evidence
import Testing

@Suite struct ProcessAndFaultTests {
    /// A run whose records are the orchestrator's: each a kind and its fields, at 10, 20, 30 … .
    private func judge(
        _ guarantee: Guarantee,
        _ events: [(EventKind, FieldValues)],
        _ change: (inout CheckSettings) -> Void = { _ in }
    ) -> Judgement {
        var run = Run()
        change(&run.settings)
        let none = FieldValues()
        let all = [(EventKind.runStarted, none)] + events + [(.barrier, none)]
        for (place, event) in all.enumerated() {
            run.entries.append(
                Run.Entry(
                    node: "orchestrator",
                    incarnation: 0,
                    time: Int64(place) * 10,
                    event: event.0,
                    fields: event.1
                )
            )
        }
        return Judge(History(records: run.records()), settings: run.settings)
            .judgement(on: guarantee)
    }

    private func exit(_ cause: ExitCause, _ status: Int) -> [(EventKind, FieldValues)] {
        var exit: FieldValues = [
            .target: "driver", .targetIncarnation: "0", .cause: cause.rawValue,
            .status: "\(status)", .accepted: "0",
        ]
        if cause == .injected { exit[.fault] = "f1" }
        return [
            (.spawned, [.target: "driver", .targetIncarnation: "0", .pid: "1"]),
            (.faultIntended, [.fault: "f1", .faultKind: "kill", .target: "driver"]),
            (.exited, exit),
        ]
    }

    @Test(
        "a node may be stopped or killed by a fault; its own end needs the plan's leave and status 0"
    )
    func exits() {
        #expect(judge(.processes, exit(.stopped, 0)).verdict == .holds)
        #expect(judge(.processes, exit(.injected, 9)).verdict == .holds)
        #expect(judge(.processes, exit(.exit, 0)).verdict == .violated)
        #expect(judge(.processes, exit(.signal, 11)).verdict == .violated)
        #expect(judge(.processes, exit(.exit, 0)) { $0.mayExit = ["driver"] }.verdict == .holds)
        #expect(judge(.processes, exit(.exit, 3)) { $0.mayExit = ["driver"] }.verdict == .violated)
    }

    @Test("a forbidden text on an output is found, and only that")
    func output() {
        let line: FieldValues = [
            .target: "driver", .targetIncarnation: "0", .channel: "stdout", .line: "disk is BAD",
        ]
        #expect(judge(.processes, [(.output, line)]).verdict == .holds)
        let found = judge(.processes, [(.output, line)]) { $0.forbiddenOutput = ["BAD"] }
        #expect(found.verdict == .violated)
        #expect(found.findings[0].witnesses.map(\.sequence) == [1])
    }

    private func fault(
        _ kinds: [EventKind],
        _ more: FieldValues = [:]
    ) -> [(EventKind, FieldValues)] {
        kinds.map { kind in
            var fields = more
            fields[.fault] = "f1"
            fields[.faultKind] = "cut"
            fields[.link] = "a -> b"
            return (kind, fields)
        }
    }

    private let whole: [EventKind] = [
        .faultIntended, .faultApplied, .faultVerified, .faultHealed, .faultHealVerified,
    ]

    @Test("a fault that met no traffic is a warning, or invalid where it must be exercised")
    func unexercised() {
        let events = fault(whole + [.faultUnexercised])
        let warned = judge(.experiment, events)
        #expect(warned.verdict == .holds)
        #expect(warned.totals[.warning] == 1)
        let failed = judge(.experiment, events) {
            $0.plannedFaults = [
                .init(id: "f1", summary: "cut", heals: true, mustBeExercised: true)
            ]
        }
        #expect(failed.verdict.word == "invalid-experiment")
        #expect(failed.verdict.reason?.contains("f1") == true)
    }

    @Test("a fault of another kind or elsewhere than planned is invalid")
    func otherwise() {
        func reason(_ change: (inout CheckSettings.PlannedFault) -> Void) -> String? {
            let judgement = judge(.experiment, fault(whole)) {
                var planned = CheckSettings.PlannedFault(id: "f1", summary: "cut", heals: true)
                change(&planned)
                $0.plannedFaults = [planned]
            }
            return judgement.verdict.reason
        }
        let link = Link(from: "a", to: "b")
        let other = Link(from: "b", to: "c")
        #expect(reason { ($0.kind, $0.links) = ("cut", [link]) } == nil)
        #expect(reason { $0.kind = "kill" }?.contains("Fault f1 (cut) was a cut") == true)
        #expect(reason { $0.links = [other] }?.contains("was on a -> b") == true)
        #expect(reason { $0.links = [link, other] }?.contains("was not on b -> c") == true)
        #expect(reason { $0.targets = ["a"] }?.contains("was not on a") == true)
    }

    @Test("a fault that failed is invalid with its reason, once")
    func failed() {
        let events = fault([.faultIntended, .faultFailed], [.reason: "the probe came through"])
        let judgement = judge(.experiment, events)
        #expect(judgement.verdict.reason?.contains("the probe came through") == true)
        #expect(judgement.totals[.invalid] == 1)
    }

    @Test("a kill that the plan follows by a restart is healed when the node is ready again")
    func restart() {
        func kill(_ after: [(EventKind, FieldValues)], isPlanned: Bool = false) -> Judgement {
            let fault: FieldValues = [.fault: "f1", .faultKind: "kill", .target: "server.1"]
            var exited = fault
            exited[.faultKind] = nil
            exited[.targetIncarnation] = "0"
            exited[.cause] = "injected"
            exited[.status] = "9"
            exited[.accepted] = "0"
            let events: [(EventKind, FieldValues)] = [
                (.spawned, [.target: "server.1", .targetIncarnation: "0", .pid: "1"]),
                (.faultIntended, fault), (.exited, exited), (.faultApplied, fault),
                (.faultVerified, fault),
            ]
            return judge(.experiment, events + after) {
                guard isPlanned else { return }
                $0.plannedFaults = [.init(id: "f1", summary: "kill", heals: true)]
            }
        }
        let spawned: (EventKind, FieldValues) = (
            .spawned, [.target: "server.1", .targetIncarnation: "1", .pid: "2"]
        )
        let ready: (EventKind, FieldValues) = (
            .ready, [.target: "server.1", .targetIncarnation: "1"]
        )
        #expect(kill([]).verdict == .holds)
        #expect(kill([], isPlanned: true).verdict.word == "invalid-experiment")
        #expect(kill([spawned, ready], isPlanned: true).verdict == .holds)
        #expect(kill([spawned]).verdict.word == "invalid-experiment")
        #expect(kill([spawned, ready]).verdict == .holds)
    }

    @Test("findings beyond the limit are counted, not kept")
    func limit() {
        let line: FieldValues = [
            .target: "driver", .targetIncarnation: "0", .channel: "stdout", .line: "BAD",
        ]
        let events = Array(repeating: (EventKind.output, line), count: 30)
        let judgement = judge(.processes, events) {
            $0.forbiddenOutput = ["BAD"]
            $0.findingsMax = 7
        }
        #expect(judgement.findings.count == 7)
        #expect(judgement.omitted == 23)
        #expect(judgement.totals[.violation] == 30)
    }
}
