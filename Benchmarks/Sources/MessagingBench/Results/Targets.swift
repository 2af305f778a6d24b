/// A promise about a ratio or a size, and what was measured.
struct Target {
    var what: String
    var wanted: Double
    var measured: Double
    /// Whether more is better.
    var isLeast = true
    /// Whether it is only told, not demanded.
    var isAim = false

    var isMet: Bool { isLeast ? measured >= wanted : measured <= wanted }
    /// Whether nothing is wrong with it: an aim may be missed.
    var isReached: Bool { isAim || isMet }

    var bound: String { "\(isLeast ? "≥" : "≤") \(Texts.fixed(wanted, 1))" }
    var verdict: String { isMet ? "reached" : isAim ? "not yet" : "MISSED" }
    var line: String { "\(what): \(Texts.fixed(measured, 2)) (\(bound)) \(verdict)" }
}

/// The targets of the project. Ratios between runs of one hour on one machine, no absolute rates.
enum Targets {
    /// One sender, ten receivers, one server.
    static let reference = Shape(servers: 1, senders: 1, receivers: 10)

    static func all(_ results: Results) -> [Target] {
        guard let ours = results.row("Ordeal", reference) else { return [] }
        var targets: [Target] = []
        for (peer, factor, isAim) in [
            ("mosquitto", 5.0, false), ("ngircd", 1.5, false), ("NATS", 0.5, true),
        ] {
            guard let theirs = results.row(peer, reference) else { continue }
            targets.append(
                Target(
                    what: "deliveries per second, against \(peer)",
                    wanted: factor,
                    measured: ours.throughput.rate / theirs.throughput.rate,
                    isAim: isAim
                )
            )
            targets.append(
                Target(
                    what: "deliveries per second of the server's CPU, against \(peer)",
                    wanted: factor,
                    measured: ours.throughput.perServerSecond / theirs.throughput.perServerSecond,
                    isAim: isAim
                )
            )
        }
        let many = Shape(servers: 1, senders: 1, receivers: 100)
        if let hundred = results.row("Ordeal", many) {
            targets.append(
                Target(
                    what:
                        "CPU of a message to 100 receivers, against one to 10 (linear: at most 10)",
                    wanted: 10,
                    measured: hundred.throughput.microsecondsEach * 100
                        / (ours.throughput.microsecondsEach * 10),
                    isLeast: false
                )
            )
        }
        if let idle = results.idle("Ordeal") {
            targets.append(
                Target(
                    what: "KiB (PSS) of an idle client",
                    wanted: 20,
                    measured: idle.clientKiB,
                    isLeast: false
                )
            )
        }
        let faults = results.rows.filter { $0.system == "Ordeal" }
            .reduce(0) { $0 + $1.throughput.lost + $1.throughput.disorder + $1.latency.lost }
        targets.append(
            Target(
                what: "deliveries of Ordeal that were lost, repeated or out of order",
                wanted: 0,
                measured: Double(faults),
                isLeast: false
            )
        )
        return targets
    }
}
