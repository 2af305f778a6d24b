/// The verdict on one guarantee, with what led to it.
public struct Judgement: Sendable {
    /// What it is on.
    public var subject: JudgedGuarantee
    /// The verdict.
    public var verdict: Verdict
    /// In how many cases it was put to the test; 0 where it met none.
    public var cases: Int
    /// The findings that are kept: at most `CheckSettings.findingsMax` of each kind.
    public var findings: [Finding]
    /// How many findings there were of each kind, those that are not kept too.
    public var totals: [Finding.Kind: Int]
    /// What else was counted, in order: name and number.
    public var counts: [Count]

    /// Something that was counted.
    public struct Count: Sendable, Hashable {
        /// What.
        public var name: String
        /// How often.
        public var value: Int
    }

    /// The guarantee of the catalogue that it is on; nil for one of the plan's own.
    public var guarantee: Guarantee? {
        switch subject {
        case .catalogue(let guarantee): guarantee
        case .own: nil
        }
    }

    /// The guarantee's code.
    public var code: String { subject.code }

    /// The guarantee's name.
    public var name: String { subject.name }

    /// How many findings there were but are not kept.
    public var omitted: Int { totals.values.reduce(0, +) - findings.count }
}
