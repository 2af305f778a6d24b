public import Evidence

extension CheckSettings {
    /// A fault of the plan: what E2 wants to see in the records.
    public struct PlannedFault: Sendable, Hashable {
        /// Its id in the records.
        public var id: String
        /// What it is, for people: `kill of server.1`.
        public var summary: String
        /// Its kind, as records write it; nil where any will do.
        public var kind: String?
        /// The nodes that it must be on, and no others; nil where the plan alone does not tell.
        public var targets: Set<String>?
        /// The directed links that it must be on, and no others; nil where the plan alone does not tell.
        public var links: Set<Link>?
        /// Whether it is healed: not a kill after which the node stays down.
        public var heals: Bool
        /// Whether the run fails where it met no traffic.
        public var mustBeExercised: Bool

        /// Makes a planned fault.
        public init(
            id: String,
            summary: String,
            kind: String? = nil,
            targets: Set<String>? = nil,
            links: Set<Link>? = nil,
            heals: Bool,
            mustBeExercised: Bool = false
        ) {
            self.id = id
            self.summary = summary
            self.kind = kind
            self.targets = targets
            self.links = links
            self.heals = heals
            self.mustBeExercised = mustBeExercised
        }
    }
}

extension CheckSettings.PlannedFault {
    /// How what the records tell differs from what was planned, for people; nil where it does not.
    ///
    /// - Parameter isWhole: false where the run was cut short, and a fault may have been on a part only.
    func difference(from fault: History.Fault, isWhole: Bool) -> String? {
        if let kind, kind != fault.kind { return "was a \(fault.kind)" }
        func difference<Place: Hashable & Comparable>(
            _ planned: Set<Place>?,
            _ told: [Place]
        ) -> String? {
            guard let planned else { return nil }
            if let other = told.filter({ !planned.contains($0) }).min() {
                return "was on \(other), where it was not meant to be"
            }
            guard isWhole, let left = planned.subtracting(told).min() else { return nil }
            return "was not on \(left)"
        }
        return difference(targets, fault.targets) ?? difference(links, fault.links)
    }
}
