/// Why a login failed, as the key `reason` tells a client of ours.
public enum LoginFailure: String, Sendable, CaseIterable {
    /// Nobody registered the name.
    case unknownUser = "unknown-user"
    /// The secret is not that of the user.
    case wrongSecret = "wrong-secret"
    /// The user has a session.
    case already
    /// The server lacks some of what the client knows to be held; another may have it.
    case behind
    /// The server cannot tell now whether the user is registered.
    case cannotTell = "cannot-tell"
    /// Anything else.
    case refused
}
