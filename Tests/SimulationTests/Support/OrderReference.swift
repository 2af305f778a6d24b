import Evidence
import Simulator

/// The definitions of causal and total order, word by word, over the records of a simulated run.
struct OrderReference {
    /// What each user was delivered first, in order.
    private(set) var received: [String: [MessageIdentity]] = [:]
    /// What precedes each message: what its stream had sent or been delivered before, and all that
    /// precedes that.
    private(set) var past: [MessageIdentity: Set<MessageIdentity>] = [:]

    init(_ records: [Record]) {
        var stream: [String: String] = [:]
        var seen: [String: Set<MessageIdentity>] = [:]
        var known: [String: Set<MessageIdentity>] = [:]
        for record in records {
            guard let user = record.fields[.user] else { continue }
            if record.event == .loginOK || record.event == .streamStarted {
                if let name = record.fields[.stream] { stream["\(record.node)/\(user)"] = name }
            }
            guard let identity = record.fields[.message].flatMap({ MessageIdentity($0) }) else {
                continue
            }
            if record.event == .send {
                let key = "\(user)/\(identity.stream)"
                past[identity] = known[key] ?? []
                known[key, default: []].insert(identity)
            } else if record.event == .deliver {
                if let name = stream["\(record.node)/\(user)"] {
                    known["\(user)/\(name)", default: []].formUnion(past[identity] ?? [])
                    known["\(user)/\(name)", default: []].insert(identity)
                }
                if seen[user, default: []].insert(identity).inserted {
                    received[user, default: []].append(identity)
                }
            }
        }
    }

    /// Pairs of messages that somebody was delivered against their causal order.
    var causalInversions: [String] {
        var found: [String] = []
        for (user, messages) in received.sorted(by: { $0.key < $1.key }) {
            for (place, early) in messages.enumerated() {
                guard let before = past[early] else { continue }
                for late in messages[(place + 1)...] where before.contains(late) {
                    found.append("\(user) was delivered \(early) before \(late), which precedes it")
                }
            }
        }
        return found
    }

    /// Messages that no order of all messages can place: they are on cycles.
    var onCycles: [MessageIdentity] {
        var next: [MessageIdentity: Set<MessageIdentity>] = [:]
        var count: [MessageIdentity: Int] = [:]
        for messages in received.values {
            for message in messages where count[message] == nil { count[message] = 0 }
            for (first, second) in zip(messages, messages.dropFirst())
            where next[first, default: []].insert(second).inserted {
                count[second, default: 0] += 1
            }
        }
        var free = count.filter { $0.value == 0 }.map(\.key)
        while let message = free.popLast() {
            count[message] = nil
            for other in next[message] ?? [] {
                count[other, default: 0] -= 1
                if count[other] == 0 { free.append(other) }
            }
        }
        return count.keys.sorted { $0.description < $1.description }
    }
}
