public import Evidence

/// What a client core tells the one who drives it: a workload or a person.
public enum ClientNotice: Sendable, Equatable {
    /// The name is the user's.
    case registered
    /// Somebody has the name; the login that follows tells who. `mayBeOurs`: an earlier attempt had no
    /// answer, so it may be this user.
    case nameTaken(mayBeOurs: Bool)
    /// A session is open at this server.
    case loggedIn(session: Int64, server: Address)
    /// The session is over, or an attempt came to nothing; the client tries again unless it was asked
    /// not to.
    case disconnected(reason: String)
    /// A server said no, in its own words; `isFinal` where asking again the same way cannot help: an
    /// unknown user, a wrong secret.
    case refused(info: String, isFinal: Bool)
    /// The server sent the client on to another one.
    case redirected(Address)
    /// What was asked by `logOut` or `vanish` is done: no connection is left.
    case loggedOut
    /// A message is acknowledged.
    case acknowledged(MessageIdentity)
    /// A message came: who said it, as the server has it, and what.
    case delivered(sender: String, activity: Activity)
    /// Who is connected, by name: the first of so many.
    case present(users: [String], count: Int64)
    /// A message that every server closed the session on is given up, see `sendAttemptsMax`: its text.
    case givenUp(String)
    /// The client had to begin a new stream: what is not acknowledged in the old one stays open.
    case newStream(String)
}
