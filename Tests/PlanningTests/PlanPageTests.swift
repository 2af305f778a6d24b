import Foundation
import Testing

@testable import Planning

/// docs/plans.md says what the loader does.
@Suite struct PlanPageTests {
    private let page: String

    init() throws {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        page = try String(contentsOf: root.appending(path: "docs/plans.md"), encoding: .utf8)
    }

    /// The page below the heading of a mapping, up to the next heading.
    private func section(_ mapping: String) -> [Substring] {
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        let below = lines.drop { $0 != "## `\(mapping)`" && $0 != "### `\(mapping)`" }.dropFirst()
        return Array(below.prefix { !$0.hasPrefix("#") })
    }

    @Test(
        "every key has its row below the heading of its mapping, and no other has",
        arguments: PlanKeys.all.map(\.mapping)
    )
    func keys(mapping: String) {
        let rows = section(mapping).compactMap { $0.firstMatch(of: /^\| `([^`]+)` \|/) }
            .map { String($0.1) }
        let known = PlanKeys.all.first { $0.mapping == mapping }?.keys ?? []
        #expect(rows.sorted() == known.sorted())
    }

    @Test("every guarantee has its row, with how far it goes")
    func guarantees() {
        for guarantee in GuaranteeName.all {
            let standing =
                switch guarantee.standing {
                case .always: "| always |"
                case .byDefault: "| yes |"
                case .amongServers: "| yes, with two servers or more |"
                case .inOrder(let ordering): "| yes, with `ordering: \(ordering.rawValue)` |"
                case .withQuorum: "| yes, unless `registration: available` |"
                case .onRequest: "| no"
                }
            #expect(page.contains("| \(guarantee.code) | \(guarantee.name) \(standing)"))
        }
    }

    @Test("every unit is named, and the defaults and ranges are those of the loader")
    func quantities() throws {
        for unit in Quantity.durationUnits.map(\.name) + Quantity.sizeUnits.map(\.name) {
            #expect(page.contains("`\(unit)`"))
        }
        let cluster = section("cluster").joined(separator: "\n")
        let workload = section("workload").joined(separator: "\n")
        let drain = section("drain").joined(separator: "\n")
        func range(_ range: ClosedRange<Duration>, _ value: Duration) -> String {
            "| \(Quantity.text(range.lowerBound)) to \(Quantity.text(range.upperBound)) "
                + "| \(Quantity.text(value)) |"
        }
        let settings = Cluster(servers: 1, clients: 1)
        #expect(cluster.contains("1 to \(Limits.servers.upperBound) | required"))
        #expect(cluster.contains("0 to \(Limits.clients.upperBound) | required"))
        #expect(cluster.contains("1 to \(Limits.superPeers.upperBound) | \(settings.superPeers) |"))
        #expect(cluster.contains(range(Limits.hold, settings.hold)))
        #expect(cluster.contains(range(Limits.within, settings.readyWithin)))
        #expect(cluster.contains(range(Limits.within, settings.stopWithin)))
        for (range, count) in [
            (settings.redirectClients, Limits.redirect),
            (settings.redirectServers, Limits.redirect),
        ] {
            let row =
                "\(count.lowerBound) to \(count.upperBound) | \(range.lowerBound)..\(range.upperBound) |"
            #expect(cluster.contains(row))
        }
        let traffic = Workload()
        #expect(workload.contains("1 to \(Limits.burst.upperBound) | \(traffic.burst) |"))
        #expect(
            workload.contains(
                "\(Quantity.text(Limits.away.lowerBound)) to \(Quantity.text(Limits.away.upperBound))"
            )
        )
        #expect(
            workload.contains("\(Limits.messagesPerSecond)/s | \(Quantity.text(traffic.rate)) |")
        )
        #expect(workload.contains("\(Limits.churnPerSecond)/s | \(Quantity.text(traffic.churn)) |"))
        #expect(
            workload.contains("\(Limits.churnPerSecond)/s | \(Quantity.text(traffic.intruders)) |")
        )
        #expect(
            workload.contains(
                "0B to 1MiB | \(Quantity.text(bytes: traffic.bodyBytes.lowerBound)) |"
            )
        )
        #expect(workload.contains(range(Limits.workload, traffic.duration)))
        let end = Drain()
        #expect(drain.contains(range(Limits.within, end.quiet)))
        #expect(drain.contains(range(Limits.drain, end.atMost)))
        #expect(drain.contains(range(Limits.drain, end.returnWithin)))
    }

    @Test("the example of the page is a right plan")
    func example() throws {
        let match = try #require(page.firstMatch(of: /```yaml\n([\s\S]*?)```/))
        let plan = try PlanLoader.load(text: String(match.1), file: "docs/plans.md")
        #expect(plan.name == "master-loss")
        #expect(plan.story.count == 2)
    }
}
