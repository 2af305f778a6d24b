import Evidence

extension RunMaker {
    mutating func killClient(_ client: Int) {
        guard clients[client].isUp else { return }
        clients[client].isCounted = false
        let node = clients[client].node
        let fault = begin("kill", [.target: node])
        exited(node, clients[client].incarnation, "injected", fault[.fault])
        write("orchestrator", 0, .faultApplied, fault)
        write("orchestrator", 0, .faultVerified, fault)
        // What was not confirmed may come again to the next incarnation.
        if clients[client].session != nil, clients[client].resumes, random.chance(1, in: 2) {
            clients[client].inbox.insert(
                contentsOf: clients[client].delivered.dropFirst(clients[client].confirmed),
                at: 0
            )
        }
        clients[client].session = nil
        clients[client].delivered = []
        if random.chance(1, in: 5), clients.filter(\.isUp).count > 2 {
            clients[client].isGone = true
            return
        }
        clients[client].incarnation += 1
        clients[client].number = 0
        spawn(node, clients[client].incarnation)
        write(client, .started, [.pid: "2"])
        ready(node, clients[client].incarnation)
        write("orchestrator", 0, .faultHealVerified, fault)
        login(client)
    }

    mutating func killServer() {
        let fault = begin("kill", [.target: "server.1"])
        exited("server.1", serverIncarnation, "injected", fault[.fault])
        write("orchestrator", 0, .faultApplied, fault)
        write("orchestrator", 0, .faultVerified, fault)
        succeed()
        serverIncarnation += 1
        spawn("server.1", serverIncarnation)
        comeBack()
        write("orchestrator", 0, .faultHealVerified, fault)
    }

    mutating func cut() {
        let links =
            random.chance(1, in: 2)
            ? "server.1 -> server.2, server.2 -> server.1"
            : "\(clients[random.below(clients.count)].node) -> server.2"
        let fault = begin("cut", [.link: links])
        write("orchestrator", 0, .faultApplied, fault)
        write("orchestrator", 0, .faultVerified, fault)
        write("orchestrator", 0, .faultHealed, fault)
        write("orchestrator", 0, .faultHealVerified, fault)
    }

    private mutating func begin(_ kind: String, _ fields: FieldValues) -> FieldValues {
        faults += 1
        var fields = fields
        fields[.fault] = "f\(faults)"
        fields[.faultKind] = kind
        write("orchestrator", 0, .faultIntended, fields)
        return fields
    }
}
