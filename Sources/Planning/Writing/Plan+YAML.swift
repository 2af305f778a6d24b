extension Plan {
    /// The plan as YAML with every default written out.
    ///
    /// Read again by `PlanLoader` it is an equal plan. What is finer than a nanosecond is cut off.
    public var yaml: String {
        var lines = ["plan: \(name)"]
        lines.append("description: \(Self.quoted(description))")
        lines.append("seed: \(seed)")
        lines.append("system: \(system.yaml)")
        lines += [
            "cluster:",
            "  servers: \(cluster.servers)",
            "  clients: \(cluster.clients)",
            "  stock-clients: \(cluster.stockClients)",
            "  anonymous-clients: \(cluster.anonymousClients)",
            "  hold: \(Quantity.text(cluster.hold))",
            "  super-peers: \(cluster.superPeers)",
            "  registration: \(cluster.registration.rawValue)",
            "  ordering: \(cluster.ordering.rawValue)",
            "  durable: \(cluster.durable)",
            "  redirect-clients: \(Self.range(cluster.redirectClients) { "\($0)" })",
            "  redirect-servers: \(Self.range(cluster.redirectServers) { "\($0)" })",
            "  ready-within: \(Quantity.text(cluster.readyWithin))",
            "  stop-within: \(Quantity.text(cluster.stopWithin))",
            "workload:",
            "  rate: \(Quantity.text(workload.rate))",
            "  burst: \(workload.burst)",
            "  body: \(Self.range(workload.bodyBytes) { Quantity.text(bytes: $0) })",
            "  for: \(Quantity.text(workload.duration))",
            "  churn: \(Quantity.text(workload.churn))",
            "  churn-kinds: [\(workload.churnKinds.map(\.rawValue).joined(separator: ", "))]",
            "  away: \(Self.range(workload.away) { Quantity.text($0) })",
            "  intruders: \(Quantity.text(workload.intruders))",
            "  rivals: \(Quantity.text(workload.rivals))",
            "  records: \(workload.records.rawValue)",
        ]
        lines.append(story.isEmpty ? "story: []" : "story:")
        lines += story.map { "  - \($0.yaml)" }
        lines.append(expect.isEmpty && own.isEmpty ? "expect: []" : "expect:")
        lines += expect.map { "  - \($0.yaml)" }
        lines += own.map { "  - \($0.yaml)" }
        lines += [
            "drain:",
            "  quiet: \(Quantity.text(drain.quiet))",
            "  at-most: \(Quantity.text(drain.atMost))",
            "  return-within: \(Quantity.text(drain.returnWithin))",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A range as `from..to`, or its one value.
    private static func range<Bound>(
        _ range: ClosedRange<Bound>,
        _ text: (Bound) -> String
    ) -> String {
        range.lowerBound == range.upperBound
            ? text(range.lowerBound) : "\(text(range.lowerBound))..\(text(range.upperBound))"
    }

    /// A text in double quotes, what is not printable ASCII escaped.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case " "..."~": result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return result + "\""
    }
}

extension Step {
    /// The step as one YAML mapping in braces; the same step is always the same text.
    public var yaml: String {
        let when =
            switch trigger {
            case .at(let time): "at: \(Quantity.text(time))"
            }
        let what =
            switch action {
            case .kill(let kill): "kill: \(kill.yaml)"
            case .stop(let stop): "stop: {node: \(NodeSelector.text(stop.nodes))}"
            case .start(let start): "start: {node: \(NodeSelector.text(start.nodes))}"
            case .restart(let restart): "restart: \(restart.yaml)"
            case .cut(let cut): "cut: \(cut.yaml)"
            case .tamper(let tamper): "\(tamper.what.rawValue): \(tamper.yaml)"
            }
        return "{\(when), \(what)}"
    }
}

extension Kill {
    fileprivate var yaml: String {
        let after =
            switch then {
            case .restart(let delay): "restart after \(Quantity.text(delay))"
            case .stayDown: "stay down"
            }
        let which = NodeSelector.text(nodes)
        return "{node: \(which), signal: \(SignalName.name(of: signal)), then: \(after)}"
    }
}

extension Restart {
    fileprivate var yaml: String {
        let pace = isRolling ? "true, every: \(Quantity.text(every))" : "false"
        let down = Quantity.text(downFor)
        return "{node: \(NodeSelector.text(nodes)), rolling: \(pace), down-for: \(down)}"
    }
}

extension Cut {
    fileprivate var yaml: String {
        let which =
            switch links {
            case .oneWay(let from, let to):
                "link: \(NodeSelector.text(from)) -> \(NodeSelector.text(to))"
            case .between(let left, let right):
                "between: \(NodeSelector.text(left)), and: \(NodeSelector.text(right))"
            }
        return "{\(which), how: \(how.rawValue), for: \(Quantity.text(duration))}"
    }
}

extension Tamper {
    fileprivate var yaml: String {
        let link = "\(from.text) -> \(to.text)"
        let text = Plan.quoted(matching)
        let time = Quantity.text(duration)
        return "{link: \(link), matching: \(text), count: \(count), for: \(time)}"
    }
}
