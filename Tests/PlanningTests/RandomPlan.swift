import Planning

/// Makes plans at random from a seed, to test what must hold for every plan.
struct RandomPlan {
    private var state: UInt64

    /// Starts at a seed.
    init(seed: UInt64) {
        state = seed &* 2 &+ 1
    }

    /// A bound of a guarantee that has one.
    private mutating func bound(_ code: String) -> Expectation.Bound? {
        let most = Duration.microseconds(number(1...3_600_000))
        switch Expectation.defaultBound(of: code, nil) {
        case nil: return nil
        case .availability:
            return .availability(okPerMillion: number(0...1_000_000), outage: flip() ? most : nil)
        case .balance:
            let times = (0..<number(1...3)).map { Duration.seconds(Int64($0) * 7) }
            return flip()
                ? .balance(spread: nil, at: []) : .balance(spread: number(0...99), at: times)
        case .recovery: return .recovery(within: most)
        case .latency:
            let ranks = Expectation.Rank.allCases.filter { _ in flip() }
            return .latency((ranks.isEmpty ? [.max] : ranks).map { .init($0, most: most) })
        }
    }

    /// The next plan.
    mutating func next() -> Plan {
        let servers = number(2...9)
        let clients = number(1...30)
        let stock = number(0...clients)
        let length = Duration.seconds(60)
        let atMost = Duration.seconds(Int64(number(10...60)))
        var results = GuaranteeName.all.filter { $0.isAlwaysExpected || flip() }
            .map { Expectation(code: $0.code, bound: bound($0.code)) }
        for index in results.indices where !results[index].code.hasPrefix("E") && flip() {
            results[index].result = .violated
        }
        // Steps are apart, so that none of them meets nothing because of another.
        let ordering = Cluster.Ordering.allCases[number(0...2)]
        let story = (0..<number(0...6)).map { index in
            Step(
                id: "fault.\(index + 1)",
                trigger: .at(
                    .seconds(Int64(index) * 10) + .nanoseconds(Int64(number(0...999_999)))
                ),
                action: action(servers, clients)
            )
        }
        return Plan(
            name: ["a", "no", "Plan-7", "007", "null-island"][number(0...4)],
            description: text(),
            seed: bits(),
            system: flip()
                ? .superPeer
                : .programs(server: ["a", text(), text()], client: ["./b c", text()]),
            cluster: Cluster(
                servers: servers,
                clients: clients,
                stockClients: stock,
                anonymousClients: number(0...clients - stock),
                hold: .milliseconds(number(100...60_000)),
                superPeers: number(1...64),
                registration: ordering == .total || flip() ? .quorum : .available,
                ordering: ordering,
                durable: flip(),
                redirectClients: number(0...9)...number(9...10_000),
                redirectServers: number(0...9)...number(9...10_000),
                readyWithin: .milliseconds(number(100...600_000)),
                stopWithin: .seconds(number(1...600))
            ),
            workload: Workload(
                rate: rate(1000),
                burst: number(1...64),
                bodyBytes: number(0...1024)...number(1024...(1 << 20)),
                duration: length,
                churn: rate(9),
                churnKinds: (0...number(0...3)).map { _ in
                    Workload.Churn.allCases[number(0...2)]
                },
                away: .milliseconds(number(0...99)) ... .milliseconds(number(99...3_600_000)),
                intruders: rate(9),
                rivals: rate(9),
                records: flip() ? .each : .batched
            ),
            story: story,
            expect: results,
            own: (0..<number(0...3)).map { index in
                OwnExpectation(
                    name: "mine-\(index)",
                    run: ["./a \(index)", text()],
                    within: .milliseconds(number(100...3_600_000)),
                    result: flip() ? .holds : .violated
                )
            },
            drain: Drain(
                quiet: .milliseconds(number(100...10_000)),
                atMost: atMost,
                returnWithin: .microseconds(number(100_000...3_600_000))
            )
        )
    }

    /// The text with a few places cut out, doubled or replaced.
    mutating func damaged(_ text: String) -> String {
        let pieces = [
            "{", "]", ":", "\n", "  ", "-", "9", "x", "\"", "'", "&a ", "*a", "0s", "no", "!",
        ]
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<number(1...4) {
            let start = number(0...scalars.count - 1)
            let end = min(scalars.count, start + number(0...9))
            switch number(0...2) {
            case 0: scalars.removeSubrange(start..<end)
            case 1: scalars.insert(contentsOf: scalars[start..<end], at: start)
            default:
                let piece = pieces[number(0...pieces.count - 1)].unicodeScalars
                scalars.replaceSubrange(start..<min(end, start + 1), with: piece)
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private mutating func action(_ servers: Int, _ clients: Int) -> Step.Action {
        let server = NodeSelector.name("server.\(number(1...servers - 1))")
        let last = NodeSelector.name("server.\(servers)")
        let client = NodeSelector.name("client.\(number(1...clients))")
        let duration = Duration.milliseconds(number(250...5000))
        let how = Cut.Manner.allCases[number(0...1)]
        let delay = Duration.microseconds(number(0...5_000_000))
        switch number(0...9) {
        case 0:
            let signal: Int32 = [9, 15, 6][number(0...2)]
            return .kill(Kill(nodes: [server], signal: signal, then: .restart(after: delay)))
        case 1: return .kill(Kill(nodes: [.master, client], then: .restart(after: delay)))
        case 2:
            let links = Cut.Links.oneWay(from: [server], to: [client])
            return .cut(Cut(links: links, how: how, duration: duration))
        case 3:
            let links = Cut.Links.between([last, client], [flip() ? .others : .allOthers])
            return .cut(Cut(links: links, how: how, duration: duration))
        case 5:
            let nodes: [NodeSelector] = flip() ? [.anyServer, client] : [.clients, .master]
            return .restart(Restart(nodes: nodes, isRolling: false, downFor: delay))
        case 6:
            return .restart(Restart(nodes: [.servers], every: .milliseconds(number(0...1000))))
        case 7:
            return .kill(Kill(nodes: [.anyServer], then: .stayDown))
        case 4:
            let links = Cut.Links.between([server, client], [last, .master])
            return .cut(Cut(links: links, how: how, duration: duration))
        default:
            return .tamper(
                Tamper(
                    what: Tamper.Manner.allCases[number(0...2)],
                    from: .master,
                    to: client,
                    matching: "x" + text().filter { !$0.isNewline },
                    count: number(1...1000),
                    duration: duration
                )
            )
        }
    }

    private mutating func rate(_ most: Int) -> Rate {
        let periods: [Duration] = [.seconds(1), .seconds(10), .milliseconds(1500), .seconds(60)]
        return Rate(events: number(0...most), per: periods[number(0...3)])
    }

    private mutating func text() -> String {
        let parts = [
            "a", " ", ": ", "#", "\"", "'", "\n", "\\", "é", "\u{1F600}", "\t", "- ", "{", "no",
            "\r",
            "\u{85}", "\u{2028}", "\u{7}", "%",
        ]
        return (0..<number(0...12)).map { _ in parts[number(0...parts.count - 1)] }.joined()
    }

    private mutating func flip() -> Bool { number(0...1) == 1 }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(bits() % UInt64(range.count))
    }

    // Source: Vigna, splitmix64. Planning's tests know no other target's generator.
    private mutating func bits() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
