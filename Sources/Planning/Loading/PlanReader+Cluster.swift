import Yams

/// The cluster of a plan.
extension PlanReader {
    func cluster(_ value: Value) -> Cluster? {
        guard let section = Section<PlanKeys.OfCluster>(value, as: "cluster") else { return nil }
        let servers = section.required(.servers, remedy: "write how many, for example `servers: 6`")
            .flatMap { $0.integer(Limits.servers) }
        let clients = section.required(
            .clients,
            remedy: "write how many, for example `clients: 20`"
        )
        .flatMap { $0.integer(Limits.clients) }
        var cluster = Cluster(servers: servers ?? 1, clients: clients ?? 0)
        let stock = section[.stockClients]
        let anonymous = section[.anonymousClients]
        fill(&cluster.stockClients, stock) { $0.integer(Limits.clients) }
        fill(&cluster.anonymousClients, anonymous) { $0.integer(Limits.clients) }
        check(cluster, clients: clients, stock: stock, anonymous: anonymous)
        fill(&cluster.hold, section[.hold]) { $0.duration(Limits.hold) }
        fill(&cluster.superPeers, section[.superPeers]) { $0.integer(Limits.superPeers) }
        fill(&cluster.registration, section[.registration]) {
            $0.word(of: Cluster.Registration.self)
        }
        fill(&cluster.ordering, section[.ordering]) { $0.word(of: Cluster.Ordering.self) }
        if cluster.ordering == .total && cluster.registration == .available {
            section[.ordering]?.problem(
                "`ordering` is total, but with `registration: available` two masters may number messages",
                remedy: "write `registration: quorum`, or another ordering"
            )
        }
        fill(&cluster.durable, section[.durable]) { $0.truth() }
        fill(&cluster.redirectClients, section[.redirectClients]) { value in
            value.range { $0.integer(Limits.redirect) }
        }
        fill(&cluster.redirectServers, section[.redirectServers]) { value in
            value.range { $0.integer(Limits.redirect) }
        }
        fill(&cluster.readyWithin, section[.readyWithin]) { $0.duration(Limits.within) }
        fill(&cluster.stopWithin, section[.stopWithin]) { $0.duration(Limits.within) }
        return servers == nil || clients == nil ? nil : cluster
    }

    /// Tells more special clients than there are clients.
    private func check(_ cluster: Cluster, clients: Int?, stock: Value?, anonymous: Value?) {
        let most = clients ?? Limits.clients.upperBound
        for (value, count) in [
            (stock, cluster.stockClients), (anonymous, cluster.anonymousClients),
        ] where count > most {
            value?.problem(
                "`\(value?.name ?? "")` is \(count), but there are \(most) clients in all",
                remedy: "write at most \(most), or more `clients`"
            )
            return
        }
        let special = cluster.stockClients + cluster.anonymousClients
        guard special > most else { return }
        (anonymous ?? stock)?.problem(
            "\(special) clients are stock or anonymous, but there are \(most) in all",
            remedy: "write fewer, or more `clients`"
        )
    }
}
