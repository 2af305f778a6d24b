/// What a side that has no majority of the epoch's voters does with registrations.
public enum RegistrationMode: String, Sendable, CaseIterable {
    /// It refuses them, so that a name is never registered twice.
    case quorum
    /// It takes over by itself after `hold` and goes on; a name may be registered on both sides.
    case available
}
