import Evidence

/// Sending newcomers elsewhere, so that load evens out.
///
/// A server is eligible for a newcomer when its load, as last announced and with those who are on
/// their way from us, is at least two below ours: then both are better off. Nobody is eligible for
/// one whom we sent elsewhere within the last `hold` and who came back. So every server sends a
/// newcomer on at most once per `hold`, and nobody is bounced for ever.
extension ServerCore {
    /// Whom a decision is about.
    private enum Newcomer {
        case client(user: String)
        case server(ServerID)
    }

    /// How long a newcomer may be on its way before announcements count it.
    private var underWayAtMost: Duration { hold / 2 }

    /// A server itself told us its load: it counts those who came to it a little while ago.
    mutating func loadTold(by server: ServerID) {
        sentClients.counted(by: server, sentBefore: now - hold / 20)
        sentServers.counted(by: server, sentBefore: now - hold / 20)
    }

    /// Where a client that logs in is to go instead; nil: it stays.
    mutating func clientRedirect(of user: String) -> Address? {
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
        sentClients.forget(now: now)
        let place = choose(
            .client(user: user),
            among: sentClients.wasSent(user) ? [] : places,
            load: load,
            configuration.clientRedirect,
            sentClients
        )
        if let place { sentClients.sends(to: place.id, since: now, until: now + underWayAtMost) }
        return place?.address
    }

    /// A client is told to go elsewhere. All who are anonymous have one name: they are not told apart.
    mutating func clientSent(_ user: String) {
        guard user != ClientRequest.anonymous else { return }
        sentClients.sent(user, until: now + hold)
    }

    /// Where a server that wants to be our peer is to go instead; nil: it stays. One that brings
    /// sessions along is never sent elsewhere: its users wait.
    mutating func serverRedirect(for introduction: JoinMessage.Introduction) -> ServerPlace? {
        let newcomer = introduction.place.id
        sentServers.forget(now: now)
        var places: [ServerPlace] = []
        if introduction.sessionCount == 0 && !sentServers.wasSent(newcomer.text) {
            places = linkedServers.compactMap { links[$0] }.filter(\.serves).map { link in
                ServerPlace(
                    id: link.place.id,
                    address: link.place.address,
                    load: Int64(link.peers.count)
                )
            }
        }
        let place = choose(
            .server(newcomer),
            among: places,
            load: peers.count,
            configuration.serverRedirect,
            sentServers
        )
        if let place {
            sentServers.sends(to: place.id, since: now, until: now + underWayAtMost)
            sentServers.sent(newcomer.text, until: now + hold)
        }
        return place
    }

    /// Decides by the thresholds, and writes down what was decided and on what grounds. Of those that
    /// are eligible the one with the least load is taken, by chance where they are equal.
    private mutating func choose(
        _ newcomer: Newcomer,
        among places: [ServerPlace],
        load: Int,
        _ thresholds: RedirectThresholds,
        _ memory: RedirectMemory
    ) -> ServerPlace? {
        // Two super-peers may list one peer for a while: the larger load counts.
        var others: [ServerID: ServerPlace] = [:]
        for place in places where place.id != id {
            if others[place.id].map({ $0.load < place.load }) ?? true { others[place.id] = place }
        }
        var eligible: [ServerPlace] = []
        for var place in others.values {
            place.load += memory.underWay(to: place.id)
            if place.load <= Int64(load) - 2 { eligible.append(place) }
        }
        let (part, whole) = thresholds.probability(load: load)
        var chosen: ServerPlace?
        if !eligible.isEmpty, part > 0, part == whole || random.chance(part, in: whole) {
            let least = eligible.map(\.load).min()
            let best = eligible.filter { $0.load == least }.sorted { $0.id < $1.id }
            chosen = best.count == 1 ? best.first : random.pick(best)
        }
        var fields: FieldValues = [
            .load: String(load), .loadMin: String(thresholds.min),
            .loadMax: String(thresholds.max), .eligible: String(eligible.count),
            .outcome: chosen == nil ? "stayed" : "redirected",
        ]
        switch newcomer {
        case .client(let user):
            fields[.newcomer] = "client"
            fields[.user] = user
        case .server(let server):
            fields[.newcomer] = "server"
            fields[.peer] = server.name
        }
        fields[.server] = chosen?.id.name
        record(.redirectDecided, fields)
        return chosen
    }
}
