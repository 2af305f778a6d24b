extension Plan {
    /// The plan as YAML with every default written out.
    ///
    /// Read again by `PlanLoader` it is an equal plan. What is finer than a nanosecond is cut off.
    public var yaml: String {
        var lines = ["plan: \(name)"]
        lines.append("description: \(Self.quoted(description))")
        lines.append("seed: \(seed)")
        lines.append("system: superpeer")
        lines += [
            "cluster:",
            "  servers: \(cluster.servers)",
            "  clients: \(cluster.clients)",
            "  stock-clients: \(cluster.stockClients)",
            "  hold: \(Quantity.text(cluster.hold))",
            "  super-peers: \(cluster.superPeers)",
            "  ready-within: \(Quantity.text(cluster.readyWithin))",
            "  stop-within: \(Quantity.text(cluster.stopWithin))",
            "workload:",
            "  rate: \(Quantity.text(workload.rate))",
            "  body: \(Quantity.text(bytes: workload.bodyBytes))",
            "  for: \(Quantity.text(workload.duration))",
            "  churn: \(Quantity.text(workload.churn))",
            "  intruders: \(Quantity.text(workload.intruders))",
        ]
        lines.append(story.isEmpty ? "story: []" : "story:")
        lines += story.map { "  - \($0.yaml)" }
        lines.append(expect.isEmpty ? "expect: []" : "expect:")
        lines += expect.map { expectation in
            let name = GuaranteeName.find(expectation.code)?.name ?? expectation.code
            return "  - {\(name): \(expectation.result.rawValue)}"
        }
        lines += [
            "drain:",
            "  quiet: \(Quantity.text(drain.quiet))",
            "  at-most: \(Quantity.text(drain.atMost))",
            "  return-within: \(Quantity.text(drain.returnWithin))",
        ]
        return lines.joined(separator: "\n") + "\n"
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
        return "{node: \(node.text), signal: \(SignalName.name(of: signal)), then: \(after)}"
    }
}

extension Cut {
    fileprivate var yaml: String {
        func list(_ group: [NodeSelector]) -> String {
            "[\(group.map(\.text).joined(separator: ", "))]"
        }
        let which =
            switch links {
            case .oneWay(let from, let to): "link: \(from.text) -> \(to.text)"
            case .between(let left, let right): "between: \(list(left)), and: \(list(right))"
            case .betweenOthers(let group): "between: \(list(group)), and: others"
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
