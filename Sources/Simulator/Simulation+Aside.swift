import Evidence

/// How long servers are cut off from one another, cuts that follow on one another taken as one.
extension Simulation {
    /// Since when servers are cut off from one another without a pause in which sides could meet; nil: they
    /// are not.
    private var asideSince: Instant? {
        guard let since = cutsSince, !openCuts.isEmpty || now - cutsEndedAt <= plan.hold else {
            return nil
        }
        return since
    }

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
        if asideSince == nil { cutsSince = now }
        openCuts.insert(number)
        return true
    }

    mutating func cutHealed(_ number: Int) {
        if openCuts.remove(number) != nil { cutsEndedAt = now }
    }
}
