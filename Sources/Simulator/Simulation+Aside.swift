import Evidence
import Messaging

/// How long servers are cut off from one another: until their sides have met, cuts that follow on one
/// another taken as one.
extension Simulation {
    /// Whether servers that are aside for a time to come are so for no longer than the plan allows.
    func isShort(_ duration: Duration) -> Bool {
        guard let most = plan.asideMax, let since = asideSince else { return true }
        return now + duration - since <= most
    }

    /// Whether a cut between servers may begin; one that may not is tried again later, or not at all.
    mutating func mayCut(for duration: Duration, _ number: Int, _ attempt: Int) -> Bool {
        guard isShort(duration) else {
            tryLater(number, attempt)
            return false
        }
        if asideSince == nil { asideSince = now }
        openCuts.insert(number)
        return true
    }

    /// A cut between servers is healed: they are aside until they are linked and have told each other all.
    mutating func cutHealed(_ number: Int) {
        guard openCuts.remove(number) != nil else { return }
        lookAside()
    }

    mutating func lookAside() {
        guard openCuts.isEmpty, asideSince != nil else { return }
        if haveMet { asideSince = nil } else { queue.add(.lookAside, at: now + plan.hold / 8) }
    }

    private var haveMet: Bool {
        let cores = serverPlaces.compactMap { place in
            nodes[place].flatMap { $0.isServing && $0.isAlive ? $0.server?.core : nil }
        }
        return cores.allSatisfy { core in
            let linked = Set(core.linkedIDs)
            return !core.isMeeting
                && cores.allSatisfy { $0.lifeID == core.lifeID || linked.contains($0.lifeID) }
        }
    }
}
