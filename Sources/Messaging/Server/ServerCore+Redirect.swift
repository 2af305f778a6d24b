import Evidence

/// Sending newcomers elsewhere, so that load evens out.
///
/// A server is eligible when its load, as last announced, is at least two below ours: the newcomer
/// leaves both better off, and one that is sent from A to B would only be sent back once B, having
/// taken it in, had two more than A. So nobody is bounced for ever.
extension ServerCore {
    /// Where a client that logs in is to go instead; nil: it stays.
    mutating func clientRedirect() -> Address? {
        let places: [ServerPlace]
        switch upstream {
        case .local:
            places =
                linkedServers.compactMap { links[$0] }.flatMap { [$0.place] + $0.peers }
                + peers.values.map(\.place)
        case .remote:
            places = servers
        case .none:
            return nil
        }
        return choose(places, load: Int64(load), configuration.clientRedirect)
    }

    /// Where a server that wants to be our peer is to go instead; nil: it stays. One that brings
    /// sessions along is never sent elsewhere: its users wait.
    mutating func serverRedirect(for introduction: JoinMessage.Introduction) -> Address? {
        guard introduction.sessionCount == 0 else { return nil }
        let places = linkedServers.compactMap { links[$0] }.filter(\.serves).map { link in
            ServerPlace(
                id: link.place.id,
                address: link.place.address,
                load: Int64(link.peers.count)
            )
        }
        return choose(places, load: Int64(peers.count), configuration.serverRedirect)
    }

    private mutating func choose(
        _ places: [ServerPlace],
        load: Int64,
        _ thresholds: RedirectThresholds
    ) -> Address? {
        let eligible = places.filter { $0.id != id && $0.load <= load - 2 }
        guard let least = eligible.map(\.load).min() else { return nil }
        let (part, whole) = thresholds.probability(load: Int(load))
        guard random.chance(part, in: whole) else { return nil }
        return eligible.filter { $0.load == least }.min { $0.id < $1.id }?.address
    }
}
