import Evidence

/// Deciding the next epoch: single-decree Paxos among the voters of the present one.
extension ServerCore {
    mutating func handle(_ message: EpochMessage, from server: ServerID) {
        switch message {
        case .prepare(let current, let ballot):
            adopt(current)
            prepare(current.number, ballot, for: server)
        case .promise(let number, let ballot, let accepted, let registrations, let numbered):
            promised(number, ballot, accepted, registrations, numbered, by: server)
        case .reject(let number, let ballot):
            rejected(number, ballot)
        case .base(let proposal, let registrations, let numbered, let isLast):
            election.bases[proposal, default: []] += registrations
            keepBase(proposal, registrations)
            if isLast { baseArrived(proposal, numbered, from: server) }
        case .baseStored(let proposal):
            guard election.proposal?.value.proposal == proposal else { return }
            election.proposal?.awaited.remove(server)
            acceptIfReady()
        case .accept(let number, let ballot, let value):
            accept(number, ballot, value, for: server)
        case .accepted(let number, let ballot):
            accepted(number, ballot, by: server)
        case .decided(let value):
            adopt(value)
        }
    }

    // MARK: When

    /// Proposes a new epoch where one is needed and could be decided.
    mutating func considerEpoch() {
        if let proposal = election.proposal, now >= proposal.deadline {
            mark(.epochTimedOut)
            election.proposal = nil
            election.nextTry = now + randomly(hold / 8, hold / 2)
        }
        guard role.serves, epoch.number > 0, election.proposal == nil, now >= election.nextTry,
            isEpochNeeded
        else { return }
        if hasMajorityOfVoters {
            propose()
        } else if configuration.registration == .available, now - votersLostAt >= hold {
            decideAlone(reason: "no majority of the voters was linked for hold")
        }
    }

    /// Whether a majority of the present epoch's voters is here or linked.
    var hasMajorityOfVoters: Bool { reachableVoters.count >= majority }

    /// When the master was lost; where it never was linked, when we began to serve.
    private var masterLostAt: Instant { lost[epoch.master]?.lostAt ?? servingSince }

    /// When the last of those voters was lost that are.
    private var votersLostAt: Instant {
        let losses = epoch.voters.filter { $0 != id && !isLinked($0) }
            .map { lost[$0]?.lostAt ?? servingSince }
        return losses.max() ?? now
    }

    /// Decides the next epoch without the voters of the present one, with what we voted for in it.
    private mutating func decideAlone(reason: String) {
        mark(.epochTakenOver)
        let next = nextEpoch()
        election.bases[next.proposal] = election.voted.values.sorted { $0.user < $1.user }
        adopt(next, reason: reason)
        tellAll(.epoch(.decided(epoch)))
    }

    /// An operator says that the other voters are dead: we decide the next epoch alone. What the
    /// system promises of registrations rests on that word.
    ///
    /// - Returns: why not; nil where it is done.
    mutating func takeOver() -> String? {
        guard role.serves || waitsForVoters, epoch.number > 0 else {
            return "only a super-peer can take over, this server is a \(role.rawValue)"
        }
        guard !hasMajorityOfVoters else {
            return "a majority of the voters of epoch \(epoch.number) is linked: it decides itself"
        }
        if waitsForVoters { serveAgain() }
        decideAlone(reason: "TAKE_OVER by an operator")
        return nil
    }

    private var isEpochNeeded: Bool {
        if role == .master {
            let backups = bestBackups()
            return election.isBlocked
                || backups.count >= epoch.backups.count && Set(backups) != Set(epoch.backups)
        }
        guard !isLinked(epoch.master) else { return false }
        let patience: Duration
        switch epoch.backups.firstIndex(of: id) {
        case 0?: patience = .zero
        case .some: patience = hold
        case .none:
            // One after the other: whoever decides alone is alone in it.
            let side = (linkedServers.filter { links[$0]?.serves ?? false } + [id]).sorted()
            let place = side.firstIndex(of: id) ?? 0
            patience = hold + hold / 2 + hold / 4 * min(place, 8)
        }
        return now - masterLostAt >= patience
    }

    /// Two super-peers that are linked; those that are back-ups already stay.
    private func bestBackups() -> [ServerID] {
        let able = linkedServers.filter { links[$0]?.serves ?? false }
        let staying = epoch.backups.filter { able.contains($0) }
        let others = able.filter { !staying.contains($0) }
        return Array((staying + others).prefix(2))
    }

    private mutating func nextEpoch() -> Epoch {
        Epoch(
            number: epoch.number + 1,
            master: id,
            backups: bestBackups(),
            proposal: "\(id.text).\(number())"
        )
    }

    mutating func retryEpochSoon() {
        election.nextTry = min(election.nextTry, now)
        considerEpoch()
    }

    // MARK: Proposer

    private mutating func propose() {
        mark(.epochProposed)
        election.roundMax += 1
        let ballot = Ballot(round: election.roundMax, server: id)
        election.proposal = Election.Proposal(
            ballot: ballot,
            value: nextEpoch(),
            deadline: now + hold / 2
        )
        tellVoters(.prepare(current: epoch, ballot))
    }

    private mutating func tellVoters(_ message: EpochMessage) {
        for voter in epoch.voters { tell(voter, .epoch(message)) }
    }

    private mutating func promised(
        _ number: Int64,
        _ ballot: Ballot,
        _ accepted: AcceptedEpoch?,
        _ registrations: [Registration],
        _ numbered: OrderBase,
        by voter: ServerID
    ) {
        guard var proposal = election.proposal, number == epoch.number,
            proposal.ballot == ballot, proposal.step == .preparing
        else { return }
        proposal.promises.insert(voter)
        if let accepted, proposal.best.map({ $0.ballot < accepted.ballot }) ?? true {
            proposal.best = accepted
        }
        for registration in registrations {
            proposal.registrations[registration.user] = registration
        }
        proposal.ordering.unite(with: numbered)
        let isEnough = proposal.promises.count >= majority
        if isEnough {
            if let best = proposal.best {
                mark(.epochValueInherited)
                proposal.value = best.value
            } else {
                proposal.awaited = Set([proposal.value.master] + proposal.value.voters)
            }
            proposal.step = .basing
            proposal.deadline = now + hold / 2
        }
        election.proposal = proposal
        guard isEnough else { return }
        // Registrations that count go along: a next voter may lack some of them.
        let union = proposal.registrations.merging(self.registrations) { _, counted in counted }
        let base = union.values.sorted { $0.user < $1.user }
        let parts = base.isEmpty ? [base] : base.parts(of: 500)
        let following = proposal.ordering.following.map { ($0.order, $0) }
        let numbered = OrderBase(
            through: proposal.ordering.through,
            messages: Dictionary(uniqueKeysWithValues: following)
        )
        for voter in proposal.awaited.sorted() {
            for (index, part) in parts.enumerated() {
                let isLast = index == parts.count - 1
                let name = proposal.value.proposal
                let rest = isLast ? numbered : OrderBase()
                tell(voter, .epoch(.base(proposal: name, part, rest, isLast: isLast)))
            }
        }
        acceptIfReady()
    }

    private mutating func acceptIfReady() {
        guard let proposal = election.proposal, proposal.step == .basing,
            proposal.awaited.isEmpty
        else { return }
        election.proposal?.step = .accepting
        let deadline = now + hold / 2
        election.proposal?.deadline = deadline
        tellVoters(.accept(number: epoch.number, proposal.ballot, proposal.value))
    }

    private mutating func rejected(_ number: Int64, _ ballot: Ballot) {
        guard number == epoch.number else { return }
        election.roundMax = max(election.roundMax, ballot.round)
        if role == .master { election.isBlocked = true }
        if let proposal = election.proposal, proposal.ballot < ballot {
            mark(.epochProposerBehind)
            election.proposal = nil
            election.nextTry = now + randomly(hold / 8, hold / 2)
        }
    }

    private mutating func accepted(_ number: Int64, _ ballot: Ballot, by voter: ServerID) {
        guard var proposal = election.proposal, number == epoch.number,
            proposal.ballot == ballot, proposal.step == .accepting
        else { return }
        proposal.accepts.insert(voter)
        election.proposal = proposal
        guard proposal.accepts.count >= majority else { return }
        mark(.epochDecidedHere)
        let value = proposal.value
        tellAll(.epoch(.decided(value)))
        adopt(value)
    }

    /// A server that the proposal waits for is lost: it is tried again with others.
    mutating func electionLost(_ server: ServerID) {
        guard election.proposal?.awaited.contains(server) ?? false else { return }
        election.proposal = nil
        election.nextTry = now
    }

    // MARK: Voter

    private mutating func prepare(_ number: Int64, _ ballot: Ballot, for server: ServerID) {
        election.roundMax = max(election.roundMax, ballot.round)
        guard number == epoch.number else {
            mark(.epochVoterRejects)
            tell(server, .epoch(.decided(epoch)))
            return
        }
        guard epoch.voters.contains(id) else { return }
        if let promised = election.promised, ballot < promised {
            tell(server, .epoch(.reject(number: number, promised)))
            return
        }
        election.promised = ballot
        let union = registrations.merging(election.voted) { counted, _ in counted }
        tell(
            server,
            .epoch(
                .promise(
                    number: number,
                    ballot,
                    election.accepted,
                    union.values.sorted { $0.user < $1.user },
                    orderBase
                )
            )
        )
    }

    private mutating func accept(
        _ number: Int64,
        _ ballot: Ballot,
        _ value: Epoch,
        for server: ServerID
    ) {
        guard number == epoch.number, epoch.voters.contains(id) else {
            if epoch.number > number { tell(server, .epoch(.decided(epoch))) }
            return
        }
        if let promised = election.promised, ballot < promised {
            tell(server, .epoch(.reject(number: number, promised)))
            return
        }
        election.promised = ballot
        election.accepted = AcceptedEpoch(ballot: ballot, value: value)
        tell(server, .epoch(.accepted(number: number, ballot)))
    }

    // MARK: The new epoch

    /// Goes over to an epoch that was decided, where it comes after the present one.
    mutating func adopt(_ next: Epoch, reason: String? = nil) {
        guard next.isAfter(epoch), has(.epochCheck) || role != .master else { return }
        let base = election.bases[next.proposal] ?? []
        let roundMax = election.roundMax
        // Without a base, as after a take-over, a voter goes by what it voted for itself.
        let numbered =
            election.orderBases[next.proposal]?.messages
            ?? (next.master == id ? election.numbered : [:])
        epoch = next
        forgetKeptElection()
        election = Election()
        election.numbered = numbered.filter { $0.key > log.lastOrder }
        for (_, message) in election.numbered.sorted(by: { $0.key < $1.key }) { keep(message) }
        sequencer.beginEpoch()
        election.roundMax = roundMax
        election.nextTry = now + (next.master == id ? .zero : hold / 8)
        var fields: FieldValues = [.epoch: epochText, .peer: next.master.name]
        fields[.reason] = reason
        record(.epochChanged, fields)
        abandonVotes()
        for (number, state) in forwarded.sorted(by: { $0.key < $1.key })
        where state.master != next.master {
            forwardedLost(to: state.master)
            forwarded[number] = nil
        }
        let isNew = base.filter { registrations[$0.user] == nil }
        for registration in base { apply(registration) }
        if next.master == id && role == .superPeer {
            mark(.becameMaster)
            setRole(.master)
        } else if next.master != id && role == .master {
            mark(.steppedDown)
            setRole(.superPeer, reason: "a higher epoch")
        }
        guard role == .master else { return }
        raiseOrdered = nil
        // Whoever lacks what the last epoch's voters held gets it in store order.
        if !isNew.isEmpty { mark(.epochBaseApplied) }
        for registration in isNew { store(.registered(registration)) }
        storeBase()
        announce()
    }
}
