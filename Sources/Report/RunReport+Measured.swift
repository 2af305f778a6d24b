import Checkers
import Evidence

extension RunReport {
    /// What is told beside the verdicts, a line each: what was measured, and notices.
    var measured: [String] { [rates, waits].compactMap(\.self) + facts.notices }

    /// Messages and deliveries per second of the workload phase. Time: linear in both.
    private var rates: String? {
        guard let workload = history.workload else { return nil }
        let acknowledged = history.messages.count { message in
            guard message.outcome == .ok, let completion = message.completion else { return false }
            return workload.contains(history.time(completion))
        }
        let delivered = history.deliveries(in: workload)
        return "\(perSecond(acknowledged, workload.seconds)) messages/s acknowledged, "
            + "\(perSecond(delivered, workload.seconds)) deliveries/s in the workload"
    }

    private func perSecond(_ count: Int, _ seconds: Double) -> String {
        let rate = Double(count) / seconds
        guard rate < 100 else { return Texts.grouped(Int(rate.rounded())) }
        let tenths = Int((rate * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// How long servers and clients waited for the journal, as their closing records say.
    private var waits: String? {
        let servers = Set(history.roles.map { history.incarnations[$0.incarnation].id.node })
        let clients = Set(history.sessions.map { history.incarnations[$0.incarnation].id.node })
        let parts = [("servers", servers), ("clients", clients)].compactMap { name, nodes in
            wait(of: nodes).map { "\(name) \($0)" }
        }
        return parts.isEmpty ? nil : "waited for the journal: \(parts.joined(separator: "; "))"
    }

    private func wait(of nodes: Set<String>) -> String? {
        var sum = Duration.zero
        var longest: (node: String, wait: Duration)?
        for incarnation in history.incarnations where nodes.contains(incarnation.id.node) {
            guard let closed = incarnation.closed,
                let blocked = history.records.integer(closed, .blocked)
            else { continue }
            let wait = Duration.nanoseconds(blocked)
            sum += wait
            if wait > longest?.wait ?? .zero { longest = (incarnation.id.node, wait) }
        }
        guard let longest else { return nil }
        return "\(Texts.milliseconds(sum)) in all, \(longest.node) longest with "
            + Texts.milliseconds(longest.wait)
    }
}
