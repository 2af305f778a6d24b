import DequeModule
import Evidence

/// The total order: the master numbers messages, and one counts once a majority of the epoch's voters
/// has it. Only then is it an item, so that every log has all messages in the order of their numbers,
/// without gaps. docs/messaging.md has the argument.
extension ServerCore {
    mutating func handle(_ message: OrderMessage, from server: ServerID) {
        switch message {
        case .request(let ordered): propose(ordered.identity, ordered.activity)
        case .propose(let number, let ordered): vote(number, ordered, for: server)
        case .voted(let number, let orders): voted(number, orders, by: server)
        }
    }

    // MARK: The super-peer that takes a message

    /// The last number of a stream that was taken here.
    func lastTaken(_ source: Source) -> Int64 {
        max(streams[source]?.taken ?? 0, sequencer.lastWaiting(source))
    }

    /// Keeps a message until it is stored with its number.
    mutating func awaitNumber(_ identity: MessageIdentity, _ activity: Activity) {
        let source = Source(user: identity.user, stream: identity.stream)
        guard sequencer.waitingCount < Sequencer.waitingMax else {
            record(.limitExceeded, [.reason: "messages without number", .user: identity.user])
            giveUpWaiting(source)
            return
        }
        sequencer.wait(source, .init(identity: identity, activity: activity, since: now))
        request(identity, activity)
    }

    private mutating func request(_ identity: MessageIdentity, _ activity: Activity) {
        if role == .master {
            propose(identity, activity)
        } else if isLinked(epoch.master) {
            let message = OrderedMessage(order: 0, identity: identity, activity: activity)
            tell(epoch.master, .order(.request(message)))
        }
    }

    /// Asks again for numbers that did not come: the master may be another one, or could not give any.
    mutating func requestAgain() {
        guard sequencer.waitingCount > 0, now >= sequencer.nextRequest else { return }
        let isForAll = sequencer.nextRequest == .zero
        sequencer.nextRequest = now + hold / 4
        for source in sequencer.waiting.keys.sorted() {
            guard let sends = sequencer.waiting[source], let first = sends.first,
                isForAll || now - first.since >= hold / 4
            else { continue }
            for send in sends.prefix(Sequencer.repeatMax) {
                request(send.identity, send.activity)
            }
        }
    }

    /// Where nobody numbers messages the client may find another side: it must not wait here.
    mutating func watchWaiting() {
        for source in sequencer.waiting.keys.sorted() {
            guard let since = sequencer.waiting[source]?.first?.since, now - since > hold * 3
            else { continue }
            giveUpWaiting(source)
        }
    }

    private mutating func giveUpWaiting(_ source: Source) {
        sequencer.giveUp(source)
        let info = "no master that reaches a majority numbers messages"
        for session in sessionsOfUser[source.user] ?? [] {
            guard let state = knownSessions[session], state.record.supervisor == id,
                state.record.stream == source.stream
            else { continue }
            answer(
                state.record.server,
                .disconnect(session: session, info: info, isDenied: false)
            )
        }
    }

    /// A numbered message is stored.
    mutating func storedNumbered(_ message: StoredMessage) {
        log.lastOrder = max(log.lastOrder, message.order)
        if election.numbered.removeValue(forKey: message.order) != nil {
            forgetKept(numbered: message.order)
        }
        sequencer.stored(message.source, through: message.identity.number)
        confirmBases()
    }

    // MARK: The master

    /// Gives a message the next number and asks the voters, unless it has one.
    private mutating func propose(_ identity: MessageIdentity, _ activity: Activity) {
        guard configuration.ordering == .total, role == .master,
            reachableVoters.count >= majority
        else { return }
        guard election.promised == nil else {
            election.isBlocked = true
            return
        }
        let source = Source(user: identity.user, stream: identity.stream)
        let last = max(streams[source]?.taken ?? 0, sequencer.lastProposed(source))
        let isNext = identity.number == last + 1 || identity.user == ClientRequest.anonymous
        guard identity.number > last, isNext, sequencer.hasRoom else { return }
        let order = (sequencer.proposals.last?.message.order ?? log.lastOrder) + 1
        let message = OrderedMessage(order: order, identity: identity, activity: activity)
        election.numbered[order] = message
        keep(message)
        sequencer.propose(message, source, by: id)
        let voters = reachableVoters.compactMap { links[$0]?.connection }
        if !voters.isEmpty {
            let frame = OrderMessage.propose(epoch: epoch.number, message).frame()
            effects.append(.broadcast(voters, frame))
        }
        storeCounting()
    }

    private mutating func voted(_ number: Int64, _ orders: [Int64], by voter: ServerID) {
        guard number == epoch.number, role == .master, epoch.voters.contains(voter),
            let first = sequencer.proposals.first?.message.order
        else { return }
        for order in orders where order >= first {
            let index = Int(order - first)
            guard index < sequencer.proposals.count else { continue }
            sequencer.proposals[index].votes.insert(voter)
        }
        storeCounting()
    }

    /// Stores the messages that a majority of the voters has, in the order of their numbers.
    private mutating func storeCounting() {
        while let first = sequencer.proposals.first,
            first.votes.intersection(epoch.voters).count >= majority
        {
            let message = first.message
            sequencer.takeFirst(
                Source(user: message.identity.user, stream: message.identity.stream)
            )
            storeNumbered(message)
        }
    }

    private mutating func storeNumbered(_ message: OrderedMessage) {
        if countedIsStale { recount() }
        store(
            .message(
                StoredMessage(
                    identity: message.identity,
                    activity: message.activity,
                    pending: counted,
                    order: message.order
                )
            )
        )
        mark(.messageStored)
        guard configuration.recordsMessages else { return }
        record(
            .stored,
            [.message: message.identity.description, .count: String(counted.count)]
        )
    }

    /// Tells voters again what they have not answered.
    mutating func proposeAgain() {
        guard role == .master, !sequencer.proposals.isEmpty, now >= sequencer.nextRepeat else {
            return
        }
        sequencer.nextRepeat = now + hold / 4
        for voter in epoch.voters where voter != id && isLinked(voter) { proposeAll(to: voter) }
    }

    private mutating func proposeAll(to voter: ServerID) {
        let missing = sequencer.proposals.lazy.filter { !$0.votes.contains(voter) }
        for proposal in missing.prefix(Sequencer.repeatMax) {
            tell(voter, .order(.propose(epoch: epoch.number, proposal.message)))
        }
    }

    /// A link was made: what was said before may have been lost.
    mutating func numberingLinked(_ server: ServerID) {
        if server == epoch.master { sequencer.nextRequest = .zero }
        if role == .master, epoch.voters.contains(server) { proposeAll(to: server) }
    }

    // MARK: A voter

    private mutating func vote(
        _ number: Int64,
        _ message: OrderedMessage,
        for master: ServerID
    ) {
        guard epoch.number == number, epoch.master == master, epoch.voters.contains(id),
            election.promised == nil
        else {
            if let promised = election.promised, epoch.number == number {
                tell(master, .epoch(.reject(number: number, promised)))
            } else if epoch.number > number {
                tell(master, .epoch(.decided(epoch)))
            }
            return
        }
        if message.order > log.lastOrder {
            election.numbered[message.order] = message
            keep(message)
        }
        sequencer.votes.append(message.order)
    }

    /// Tells the master what was voted for since the last time.
    mutating func tellVotes() {
        guard !sequencer.votes.isEmpty else { return }
        tell(epoch.master, .order(.voted(epoch: epoch.number, sequencer.votes)))
        sequencer.votes = []
    }

    // MARK: The next epoch

    /// What this voter promises along: all that it stored or voted for.
    var orderBase: OrderBase {
        OrderBase(through: log.lastOrder, messages: election.numbered)
    }

    /// What a voter of a next epoch must have before it says so.
    mutating func baseArrived(_ proposal: String, _ base: OrderBase, from server: ServerID) {
        let base = has(.orderBase) ? base : OrderBase()
        election.orderBases[proposal] = base
        keepBase(proposal, base)
        election.awaitedBases.append(.init(proposal: proposal, proposer: server))
        confirmBases()
    }

    /// Says of every base that it is here, as soon as the messages before it are stored.
    mutating func confirmBases() {
        guard !election.awaitedBases.isEmpty else { return }
        let here = election.awaitedBases.filter {
            log.lastOrder >= election.orderBases[$0.proposal]?.through ?? 0
        }
        guard !here.isEmpty else { return }
        election.awaitedBases.removeAll { here.contains($0) }
        for base in here {
            tell(base.proposer, .epoch(.baseStored(proposal: base.proposal)))
        }
    }

    /// A new epoch's master stores first what the last epoch's voters had voted for.
    mutating func storeBase() {
        while let message = election.numbered[log.lastOrder + 1] { storeNumbered(message) }
        for order in election.numbered.keys.sorted() { forgetKept(numbered: order) }
        election.numbered = [:]
    }

    /// The master is back with its disk: what it had numbered, or got from the last epoch, and what does not
    /// count yet is voted on again, under the same numbers.
    mutating func numberAgain() {
        var next = log.lastOrder + 1
        while let message = election.numbered[next] {
            let source = Source(user: message.identity.user, stream: message.identity.stream)
            sequencer.propose(message, source, by: id)
            next += 1
        }
        for order in election.numbered.keys.sorted() where order <= log.lastOrder || order > next {
            election.numbered[order] = nil
            forgetKept(numbered: order)
        }
        for voter in epoch.voters where voter != id { proposeAll(to: voter) }
        storeCounting()
    }
}
