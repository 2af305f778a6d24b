import Evidence
import Testing

@testable import Chaos

@Suite struct LinkTableTests {
    private let link = Link(from: "server.1", to: "server.2")

    private func fault(_ id: String, _ effect: LinkFault.Effect, _ links: [Link]) -> LinkFault {
        LinkFault(id: id, links: links, effect: effect, leaseMilliseconds: 1000)
    }

    @Test("a cut closes its own direction only")
    func oneWay() {
        var table = LinkTable()
        #expect(table.apply(fault("f", .blackhole, [link])) == [link])
        #expect(table.gate(link) == .held)
        #expect(table.gate(link.reversed) == .open)
    }

    @Test("a link under two faults opens when the last one is healed, and reset is the stricter")
    func overlap() {
        var table = LinkTable()
        _ = table.apply(fault("hole", .blackhole, [link]))
        _ = table.apply(fault("reset", .reset, [link]))
        #expect(table.gate(link) == .reset)
        _ = table.heal("reset")
        #expect(table.gate(link) == .held)
        _ = table.heal("hole")
        #expect(table.gate(link) == .open)
        #expect(table.heal("hole").isEmpty)
    }

    @Test("a fault counts what it met, probes apart")
    func tally() {
        var table = LinkTable()
        _ = table.apply(fault("f", .blackhole, [link]))
        table.count(link, probes: 3)
        #expect(table.tallies["f"]?.isExercised == false)
        table.count(link, bytes: 10)
        #expect(table.tallies["f"]?.isExercised == true)
        _ = table.heal("f")
        table.count(link, bytes: 10)
        #expect(table.tallies["f"]?.bytes == 10)
        #expect(table.tallies["f"]?.probes == 3)
    }

    @Test("tampering leaves the gate open")
    func tampering() {
        var table = LinkTable()
        let settings = LineTamper.Settings(what: .drop, matching: "x", count: 1)
        _ = table.apply(fault("f", .tamper(settings), [link]))
        #expect(table.gate(link) == .open)
        #expect(table.tampering(link)?.id == "f")
        #expect(table.tampering(link.reversed) == nil)
    }
}
