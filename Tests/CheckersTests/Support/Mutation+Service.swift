import Checkers
import Evidence

extension Mutation {
    static let service: [Mutation] = [
        Mutation(
            name: "one send in ten is not answered",
            verdicts: ["A1": "violated"],
            isSteady: true
        ) { run, _ in
            // Evenly, so that nobody waits for long and the rate is reached.
            run.settings.bounds.sends = 50
            for (place, index) in run.indices(.ack).enumerated().reversed() where place % 10 == 5 {
                run.entries[index].event = .sendInfo
                run.entries[index].fields[.session] = nil
            }
            return true
        },
        Mutation(
            name: "nobody is answered for a while",
            verdicts: ["A1": "violated"],
            isSteady: true
        ) { run, _ in
            let last = run.entries.last { $0.event == .faultHealVerified }?.time ?? 0
            let from = last + 1_100 * SteadyRun.ms
            let to = from + 1_300 * SteadyRun.ms
            guard to < (SteadyRun.workload.upperBound - 100) * SteadyRun.ms else { return false }
            run.settings.bounds.availabilityPerMillion = 500_000
            // Its samples are gone, so nothing is slow.
            run.entries.removeAll {
                ($0.event == .ack || $0.event == .deliver) && (from...to).contains($0.time)
            }
            return true
        },
        Mutation(
            name: "a client is not served again after a fault",
            verdicts: ["A2": "violated"],
            isSteady: true
        ) { run, _ in
            guard let window = recovery(run),
                !run.entries.contains(where: {
                    $0.node == "client.1" && $0.event == .logout && $0.time < window.upperBound
                })
            else { return false }
            run.settings.bounds.availabilityPerMillion = 500_000
            run.settings.bounds.sends = 30
            run.entries.removeAll {
                $0.node == "client.1" && window.contains($0.time)
                    && [.ack, .deliver, .loginOK].contains($0.event)
            }
            return true
        },
        Mutation(
            name: "after a fault too few are served",
            verdicts: ["A2": "violated"],
            isSteady: true
        ) { run, _ in
            guard let window = recovery(run) else { return false }
            run.settings.bounds.availabilityPerMillion = 500_000
            run.settings.bounds.sends = 60
            var place = 0
            for index in run.indices(.ack).reversed() where window.contains(run.entries[index].time)
            {
                place += 1
                if place % 4 != 0 { run.entries.remove(at: index) }
            }
            // Where most are away, so few are planned that nothing is a rate.
            return ServiceReference(run.records(), run.settings.bounds).recoveries().contains(false)
        },
        Mutation(
            name: "the workload is over when a fault is healed",
            verdicts: ["A2": "unproved"],
            isSteady: true
        ) { run, _ in
            for index in run.indices(.faultHealVerified) {
                run.entries[index].time = (SteadyRun.workload.upperBound - 10) * SteadyRun.ms
            }
            run.entries.sort { $0.time < $1.time }
            return true
        },
        Mutation(
            name: "every second answer takes twice its time",
            verdicts: ["P2": "violated"],
            isSteady: true
        ) { run, _ in
            run.settings.bounds.sends = 30
            for (place, index) in run.indices(.ack).enumerated() where place % 3 != 0 {
                run.entries[index].time += 35 * SteadyRun.ms
            }
            run.entries.sort { $0.time < $1.time }
            return true
        },
        Mutation(
            name: "one delivery takes very long",
            verdicts: ["P2": "violated"],
            isSteady: true
        ) { run, random in
            let late = (SteadyRun.workload.upperBound - 1_300) * SteadyRun.ms
            guard
                let one = random.pick(
                    run.indices(.deliver) { $0.fields[.session] == "a" && $0.time < late }
                )
            else {
                return false
            }
            run.entries[one].time += 1_250 * SteadyRun.ms
            run.entries.sort { $0.time < $1.time }
            return true
        },
    ]

    /// The time within which all must be back after the last fault; nil where the workload ends before.
    private static func recovery(_ run: Run) -> ClosedRange<Int64>? {
        guard let over = run.entries.last(where: { $0.event == .faultHealVerified })?.time else {
            return nil
        }
        let end = over + 1_000 * SteadyRun.ms
        return end < SteadyRun.workload.upperBound * SteadyRun.ms ? over...end : nil
    }
}
