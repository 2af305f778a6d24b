/// How a plan names the nodes that a step is for; ranges such as `server.2..5` are names already.
public enum NodeSelector: Sendable, Hashable {
    /// By its name in the plan, for example `server.2`.
    case name(String)
    /// By its role at the moment of the step, as the journal tells it: `role master`.
    case master
    /// One super-peer of that moment besides the master, drawn from the seed: `role super-peer`.
    case superPeer
    /// One peer of that moment, drawn from the seed: `role peer`.
    case peer
    /// One server that runs at that moment, drawn from the seed: `any server`.
    case anyServer
    /// Every server that the step can be about then: `servers`.
    case servers
    /// Every client that the step can be about then: `clients`.
    case clients
    /// In a cut: every server that the other side does not name: `others`.
    case others
    /// In a cut: every server and client that the other side does not name: `all others`.
    case allOthers
}

extension NodeSelector {
    /// True for a client's name and for all clients.
    var isClient: Bool {
        switch self {
        case .name(let name): name.hasPrefix("client.")
        case .clients: true
        case .master, .superPeer, .peer, .anyServer, .servers, .others, .allOthers: false
        }
    }

    /// True where the plan alone does not tell which node it is.
    public var isDrawnLater: Bool {
        switch self {
        case .master, .superPeer, .peer, .anyServer: true
        case .name, .servers, .clients, .others, .allOthers: false
        }
    }

    /// The selector as a plan writes it.
    public var text: String {
        switch self {
        case .name(let name): name
        case .master: "role master"
        case .superPeer: "role super-peer"
        case .peer: "role peer"
        case .anyServer: "any server"
        case .servers: "servers"
        case .clients: "clients"
        case .others: "others"
        case .allOthers: "all others"
        }
    }

    /// Several selectors as a plan writes them: one by itself, else a list; names in a row as a range.
    static func text(_ selectors: [NodeSelector]) -> String {
        var parts: [String] = []
        var rest = selectors[...]
        while let first = rest.popFirst() {
            guard var last = first.numbered else {
                parts.append(first.text)
                continue
            }
            let begin = last.number
            while let next = rest.first?.numbered, next.kind == last.kind,
                next.number == last.number + 1
            {
                last = next
                rest.removeFirst()
            }
            parts.append(begin == last.number ? first.text : "\(first.text)..\(last.number)")
        }
        return parts.count == 1 ? parts[0] : "[\(parts.joined(separator: ", "))]"
    }

    /// `server` and 2 for `server.2`.
    private var numbered: (kind: Substring, number: Int)? {
        guard case .name(let name) = self, let dot = name.firstIndex(of: "."),
            let number = Int(name[name.index(after: dot)...])
        else { return nil }
        return (name[..<dot], number)
    }
}
