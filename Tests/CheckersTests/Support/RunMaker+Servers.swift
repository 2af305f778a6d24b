import Evidence

/// Three servers, two of which are to be super-peers: server.1 founds, server.2 is raised, server.3 stays a
/// peer. server.1 dies and returns; the master may change without that, and so may a supervisor.
extension RunMaker {
    /// What servers are to each other.
    struct Servers {
        var master = "server.1"
        var epoch = 1
        var supervisor = "server.1"
    }

    private func incarnation(_ server: String) -> Int {
        server == "server.1" ? serverIncarnation : 0
    }

    private mutating func serve(_ server: String, _ event: EventKind, _ fields: FieldValues) {
        write(server, incarnation(server), event, fields)
    }

    private mutating func role(_ server: String, _ role: ServerRole) {
        serve(server, .roleChanged, [.role: role.rawValue, .epoch: "\(servers.epoch)"])
    }

    mutating func beginServers() {
        for server in ["server.1", "server.2", "server.3"] {
            spawn(server, 0)
            serve(server, .started, [.pid: "1"])
            serve(server, .listening, [.server: "127.0.0.1:1"])
            if server == "server.1" {
                serve(server, .epochChanged, [.epoch: "1", .peer: server])
                role(server, .master)
                ready(server, 0)
            } else if server == "server.2" {
                join(server, under: "server.1")
                raise(server, under: "server.1")
            } else {
                join(server, under: "server.1")
                ready(server, 0)
            }
        }
        for _ in 0..<42 { decide() }
    }

    /// A server becomes a peer of a super-peer.
    private mutating func join(_ server: String, under supervisor: String) {
        role(server, .peer)
        serve(supervisor, .peerAdmitted, [.peer: server, .secret: "cluster"])
        serve(supervisor, .peerListed, [.peer: server])
        serve(server, .supervisorChanged, [.peer: supervisor])
    }

    /// A peer becomes ready, and a super-peer.
    private mutating func raise(_ server: String, under supervisor: String) {
        role(server, .transition)
        ready(server, incarnation(server))
        serve(server, .supervisorLost, [.peer: supervisor, .reason: "raised"])
        role(server, .superPeer)
        serve(supervisor, .peerLost, [.peer: server])
        serve(supervisor, .peerRaised, [.peer: server])
    }

    /// The other super-peer.
    private func other(_ server: String) -> String {
        server == "server.1" ? "server.2" : "server.1"
    }

    /// Something among servers that is no fault.
    mutating func changeServers() {
        switch random.below(3) {
        case 0:
            // The master stays, with other back-ups.
            servers.epoch += 1
            for server in ["server.1", "server.2"] { accept(server) }
        case 1:
            // Another master; for a moment there are two.
            let old = servers.master
            servers.master = other(old)
            servers.epoch += 1
            accept(servers.master)
            role(servers.master, .master)
            accept(old)
            role(old, .superPeer)
        case _:
            // The peer moves; for a moment both list it.
            let old = servers.supervisor
            serve("server.3", .supervisorLost, [.peer: old, .reason: "moves"])
            move()
            serve(old, .peerLost, [.peer: "server.3"])
        }
    }

    private mutating func accept(_ server: String) {
        let fields: FieldValues = [.epoch: "\(servers.epoch)", .peer: servers.master]
        serve(server, .epochChanged, fields)
    }

    private mutating func move() {
        servers.supervisor = other(servers.supervisor)
        serve(servers.supervisor, .peerListed, [.peer: "server.3"])
        serve("server.3", .supervisorChanged, [.peer: servers.supervisor])
    }

    /// server.1 died: what the others do.
    mutating func succeed() {
        if servers.master == "server.1" {
            servers.master = "server.2"
            servers.epoch += 1
            accept("server.2")
            role("server.2", .master)
        }
        if servers.supervisor == "server.1" {
            serve("server.3", .supervisorLost, [.peer: "server.1", .reason: "lost"])
            move()
        }
    }

    /// server.1 is back, and is raised again.
    mutating func comeBack() {
        serve("server.1", .started, [.pid: "3"])
        join("server.1", under: "server.2")
        raise("server.1", under: "server.2")
    }

    /// A server decides whether a newcomer goes elsewhere: rightly.
    mutating func decide() {
        let load = random.within(0...9) == 0 ? random.within(0...8) : random.within(3...5)
        let eligible = random.chance(1, in: 20) ? 0 : 2
        let isRedirected: Bool
        if eligible == 0 || load < 2 {
            isRedirected = false
        } else if load >= 6 {
            isRedirected = true
        } else {
            isRedirected = random.chance(load - 2, in: 4)
        }
        serve(
            "server.2",
            .redirectDecided,
            [
                .newcomer: "client", .load: "\(load)", .loadMin: "2", .loadMax: "6",
                .eligible: "\(eligible)", .outcome: isRedirected ? "redirected" : "stayed",
                .user: "u1",
            ]
        )
    }
}
