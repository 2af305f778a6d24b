import Journal

/// What the reactor is made of, made beforehand where an error can be thrown to who asked.
struct ReactorParts: Sendable {
    let run: String
    let mailbox: Mailbox
    let board: Board
    let spawner: Spawner
    let writer: JournalWriter
    let guardian: Guard?
    /// Watches the mailbox already.
    let poller: Poller<Reactor.Source>
    /// Orphans come to us as long as the reactor works.
    let subreaper: Subreaper
}
