import Dispatch
import Evidence
import Glibc

/// Probes over many links at once.
///
/// An actor, so that its sockets have one user; it waits in `poll` on a thread of its own.
actor ProbeSet {
    private var probes: [Probe] = []
    private let queue = DispatchQueue(label: "ordeal.probes")

    /// Opens a connection for each route and tells the relay that they are probes.
    init(_ routes: [Probe.Route], relay: RelayClient) async throws {
        do {
            for route in routes {
                probes.append(try Probe(route))
            }
            try await relay.ask(.expectProbes(sources: probes.map(\.source)))
            for probe in probes {
                try probe.dial()
            }
        } catch {
            for probe in probes {
                probe.close()
            }
            throw error
        }
    }

    /// Sends a byte over each probe.
    func send() {
        for probe in probes {
            probe.send()
        }
    }

    /// Waits until every probe has an outcome, or the time is over: the others are silent.
    func outcomes(within limit: Duration) async -> [Probe.Outcome] {
        let probes = probes
        return await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: ProbeSet.wait(probes, limit))
            }
        }
    }

    /// Closes all connections.
    func close() {
        for probe in probes {
            probe.close()
        }
        probes = []
    }

    private static func wait(_ probes: [Probe], _ limit: Duration) -> [Probe.Outcome] {
        let clock = ContinuousClock()
        let end = clock.now + limit
        var outcomes: [Probe.Outcome?] = probes.map { _ in nil }
        while outcomes.contains(nil) {
            let left = clock.now.duration(to: end)
            guard left > .zero else { break }
            let open = outcomes.indices.filter { outcomes[$0] == nil }
            var polls = open.map {
                pollfd(fd: probes[$0].descriptor, events: Int16(POLLIN), revents: 0)
            }
            let milliseconds = Int32(clamping: left.nanoseconds / 1_000_000 + 1)
            guard poll(&polls, nfds_t(polls.count), milliseconds) > 0 else { continue }
            for (place, entry) in zip(open, polls) where entry.revents != 0 {
                outcomes[place] = probes[place].outcome()
            }
        }
        return outcomes.map { $0 ?? .silent }
    }
}
