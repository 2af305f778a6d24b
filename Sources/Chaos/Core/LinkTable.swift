public import Evidence

/// Which link faults are in force: the relay's pure core.
///
/// Faults may overlap; a link is as closed as the strictest fault on it: reset before black-hole.
public struct LinkTable: Sendable {
    /// What a link lets through now.
    public enum Gate: Sendable, Equatable {
        /// Everything.
        case open
        /// Nothing, and nobody is told.
        case held
        /// Nothing; whoever uses it is reset.
        case reset
    }

    /// What one fault met while it was in force.
    public struct Tally: Sendable, Equatable, Codable {
        /// Connections that it reset or kept from being made, probes aside.
        public var connections: Int64 = 0
        /// Bytes that it held back, probes aside.
        public var bytes: Int64 = 0
        /// Whole messages that it dropped, duplicated or swapped.
        public var messages: Int64 = 0
        /// Probes that it held back or reset: the proof that it is in force.
        public var probes: Int64 = 0

        /// Whether it met any traffic, probes aside.
        public var isExercised: Bool { connections + bytes + messages > 0 }

        /// Makes an empty tally.
        public init() {}
    }

    /// The faults in force, by id.
    public private(set) var faults: [String: LinkFault] = [:]
    /// What each fault met, also those that are healed by now.
    public private(set) var tallies: [String: Tally] = [:]
    private var faultsByLink: [Link: [String]] = [:]

    /// Makes a table without faults.
    public init() {}

    /// Puts a fault in force and returns its links.
    ///
    /// A fault that is in force under the same id is replaced.
    public mutating func apply(_ fault: LinkFault) -> [Link] {
        _ = heal(fault.id)
        faults[fault.id] = fault
        tallies[fault.id] = Tally()
        for link in fault.links {
            faultsByLink[link, default: []].append(fault.id)
        }
        return fault.links
    }

    /// Ends a fault and returns its links: none where it is not in force.
    public mutating func heal(_ id: String) -> [Link] {
        guard let fault = faults.removeValue(forKey: id) else { return [] }
        for link in fault.links {
            faultsByLink[link]?.removeAll { $0 == id }
            if faultsByLink[link]?.isEmpty == true {
                faultsByLink[link] = nil
            }
        }
        return fault.links
    }

    /// What a link lets through now.
    public func gate(_ link: Link) -> Gate {
        var gate = Gate.open
        for id in faultsByLink[link] ?? [] {
            switch faults[id]?.effect {
            case .reset: return .reset
            case .blackhole: gate = .held
            case .tamper, nil: break
            }
        }
        return gate
    }

    /// The tampering fault on a link, if one is in force: its id and settings.
    public func tampering(_ link: Link) -> (id: String, settings: LineTamper.Settings)? {
        for id in faultsByLink[link] ?? [] {
            if case .tamper(let settings) = faults[id]?.effect {
                return (id, settings)
            }
        }
        return nil
    }

    /// Counts what the faults on a link met.
    public mutating func count(
        _ link: Link,
        connections: Int64 = 0,
        bytes: Int64 = 0,
        probes: Int64 = 0
    ) {
        for id in faultsByLink[link] ?? [] {
            switch faults[id]?.effect {
            case .blackhole, .reset:
                tallies[id]?.connections += connections
                tallies[id]?.bytes += bytes
                tallies[id]?.probes += probes
            case .tamper, nil: break
            }
        }
    }

    /// Counts messages that a tampering fault changed.
    public mutating func count(fault id: String, messages: Int64) {
        tallies[id]?.messages += messages
    }
}
