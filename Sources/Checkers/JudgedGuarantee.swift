/// What a judgement is on: a guarantee of the catalogue, or one of the plan's own.
public enum JudgedGuarantee: Sendable, Hashable {
    /// One of the catalogue.
    case catalogue(Guarantee)
    /// One that a program of the plan's own judges.
    case own(OwnGuarantee)

    /// The code: `D1`; `U1`, `U2` … for the plan's own.
    public var code: String {
        switch self {
        case .catalogue(let guarantee): guarantee.code
        case .own(let own): own.code
        }
    }

    /// The name: `no-loss`, or what the plan calls it.
    public var name: String {
        switch self {
        case .catalogue(let guarantee): guarantee.name
        case .own(let own): own.name
        }
    }

    /// What it promises, in a sentence.
    public var promise: String {
        switch self {
        case .catalogue(let guarantee): guarantee.promise
        case .own: "a guarantee of the plan's own, judged by its program"
        }
    }
}
