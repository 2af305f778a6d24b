import Evidence

/// What super-peers store and pass on: every one in the order in which it stored it.
enum Item: Sendable, Hashable {
    /// A message, and the users for whom it is pending where it comes from.
    case message(StoredMessage)
    /// Users for whom messages are pending besides, because a super-peer counted them.
    case pending(users: [String], messages: [MessageIdentity])
    /// What users were delivered.
    case acknowledged([Acknowledgement])
    /// A login, or the end of a session.
    case session(SessionRecord)
    /// A registration that counts.
    case registered(Registration)
}

/// A message in a store.
struct StoredMessage: Sendable, Hashable {
    var identity: MessageIdentity
    var activity: Activity
    /// The users for whom it is pending, sorted.
    var pending: [String]
    /// The number among all messages, where the order is total; else 0.
    var order: Int64 = 0

    var source: Source { Source(user: identity.user, stream: identity.stream) }
}

/// A user was delivered all of a stream up to a number that it had to be.
struct Acknowledgement: Sendable, Hashable {
    var user: String
    var source: Source
    var number: Int64
}
