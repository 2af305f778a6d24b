/// Something that goes wrong in a simulation.
public struct SimulatedFault: Sendable, Hashable {
    /// When, since the workload began.
    public var at: Duration
    /// What.
    public var what: What
    /// Whether servers that die lose their disks, as far as the system may bear it. The default is
    /// false.
    public var losesDisks = false

    /// Makes a fault.
    public init(at: Duration, what: What) {
        self.at = at
        self.what = what
    }

    /// What goes wrong.
    public enum What: Sendable, Hashable {
        /// Servers die in the middle of what they do, at once; nil: they stay down. Where nobody else
        /// has what one of them holds, it waits a while, and then does not happen.
        case kill([Victim], restartAfter: Duration?)
        /// All servers die at once and are started again, one `gap` after the other; the disks of some
        /// are lost.
        case killAll(restartAfter: Duration, gap: Duration, withoutDisks: [Int])
        /// A server dies while it is cut off from all others, before they have noticed.
        case killCutOff(Victim, ways: Ways, after: Duration, restartAfter: Duration)
        /// A client dies, and is started again.
        case killClient(Int, restartAfter: Duration)
        /// A server is asked to end in order, and is started again.
        case stop(Victim, restartAfter: Duration)
        /// Links are cut.
        case cut(Ends, ways: Ways, how: How, lasting: Duration)
        /// The connections between two ends break, once.
        case lose(Ends)
        /// Links take longer.
        case slow(Ends, ways: Ways, by: Duration, lasting: Duration)
    }

    /// Which server.
    public enum Victim: Sendable, Hashable {
        /// The one with this number, from 1.
        case server(Int)
        /// The one that is master then; the first where nobody is.
        case master
        /// The one that is super-peer then with this number among them, from 0 and round; the first
        /// server where nobody is.
        case superPeer(Int)
    }

    /// Between whom links are cut.
    public enum Ends: Sendable, Hashable {
        /// Between two servers.
        case pair(Victim, Victim)
        /// Between one server and all others.
        case others(of: Victim)
        /// Between these servers, by their numbers, and all others.
        case groups([Int])
        /// Between a client, by its number, and all servers.
        case client(Int)

        /// Whether one end is a client.
        var isClient: Bool {
            if case .client = self { return true }
            return false
        }
    }

    /// Which directions are cut, seen from the first end.
    public enum Ways: String, Sendable, Hashable {
        /// Both.
        case both
        /// What the first end sends.
        case out
        /// What the first end is sent.
        case `in`
    }

    /// How links are cut.
    public enum How: String, Sendable, Hashable {
        /// What is sent waits until the heal; a call is answered by nobody.
        case blackhole
        /// Connections are reset, new ones too.
        case reset
    }
}

extension SimulatedFault.What {
    /// Whether it parts servers from each other, be it for a moment.
    var partsServers: Bool {
        switch self {
        case .killCutOff: true
        case .cut(let ends, _, _, _), .lose(let ends), .slow(let ends, _, _, _): !ends.isClient
        case .kill, .killAll, .killClient, .stop: false
        }
    }
}

extension SimulatedFault: CustomStringConvertible {
    /// What goes wrong, for people: `at 1.25 s: kill the master, back after 0.3 s`.
    public var description: String {
        "at \(at.shortText): \(what)" + (losesDisks ? ", disks are lost" : "")
    }
}

extension SimulatedFault.What: CustomStringConvertible {
    /// What goes wrong, for people.
    public var description: String {
        switch self {
        case .kill(let victims, let pause):
            let names = victims.map(\.description).joined(separator: " and ")
            return "kill \(names)" + (pause.map { ", back after \($0.shortText)" } ?? " for good")
        case .killAll(let pause, let gap, let withoutDisks):
            let lost = withoutDisks.map { "server.\($0)" }.joined(separator: ", ")
            return "kill every server, back after \(pause.shortText), each \(gap.shortText) later"
                + (lost.isEmpty ? "" : ", without the disks of \(lost)")
        case .killCutOff(let victim, let ways, let after, let pause):
            return "cut \(victim) off (\(ways)), kill it after \(after.shortText), "
                + "back after \(pause.shortText)"
        case .killClient(let number, let pause):
            return "kill client.\(number), back after \(pause.shortText)"
        case .stop(let victim, let pause):
            return "stop \(victim), back after \(pause.shortText)"
        case .cut(let ends, let ways, let how, let duration):
            return "cut \(ends) (\(ways), \(how)) for \(duration.shortText)"
        case .lose(let ends):
            return "break the connections between \(ends)"
        case .slow(let ends, let ways, let by, let duration):
            return "slow \(ends) (\(ways)) by \(by.shortText) for \(duration.shortText)"
        }
    }
}

extension SimulatedFault.Victim: CustomStringConvertible {
    /// Which server, for people.
    public var description: String {
        switch self {
        case .server(let number): "server.\(number)"
        case .master: "the master"
        case .superPeer(let number): "a super-peer (\(number))"
        }
    }
}

extension SimulatedFault.Ends: CustomStringConvertible {
    /// Between whom, for people.
    public var description: String {
        switch self {
        case .pair(let one, let other): "\(one) and \(other)"
        case .others(let victim): "\(victim) and all others"
        case .groups(let numbers):
            "\(numbers.map { "server.\($0)" }.joined(separator: ", ")) and all others"
        case .client(let number): "client.\(number) and all servers"
        }
    }
}

extension Duration {
    /// Seconds with at most three digits after the point.
    var shortText: String {
        let milliseconds = Int(
            components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        )
        let rest = milliseconds % 1000
        guard rest > 0 else { return "\(milliseconds / 1000) s" }
        let digits = String(1000 + rest).dropFirst()
        return "\(milliseconds / 1000).\(digits) s"
    }
}
