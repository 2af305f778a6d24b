import Evidence

/// Registering names: the master decides, and a majority of the voters holds what it decided.
extension ServerCore {
    mutating func register(
        _ user: String,
        _ secret: String,
        _ request: Int64,
        from server: ServerID
    ) {
        if registrations[user] != nil {
            mark(.nameTaken)
            answer(server, .registerFailed(request: request, reason: .taken))
        } else if role == .master {
            masterRegister(user, secret, for: .below(server, request: request))
        } else if isLinked(epoch.master) {
            mark(.registrationForwarded)
            let number = number()
            forwarded[number] = Forwarded(
                kind: .register(server, request: request),
                master: epoch.master,
                deadline: now + hold * 3
            )
            tell(epoch.master, .register(request: number, user: user, secret: secret))
        } else {
            mark(.registrationWithoutMaster)
            answer(server, .registerFailed(request: request, reason: .noQuorum))
        }
    }

    /// The voters that can be reached, this server included.
    var reachableVoters: [ServerID] {
        epoch.voters.filter { $0 == id || isLinked($0) }
    }

    private var hasMajority: Bool {
        configuration.registration == .available || hasMajorityOfVoters
    }

    mutating func masterRegister(_ user: String, _ secret: String, for origin: RegisterOrigin) {
        guard role == .master, hasMajority else {
            mark(.noMajority)
            tell(origin, .failed(.noQuorum))
            return
        }
        guard registrations[user] == nil, namesInVote[user] == nil,
            election.voted[user] == nil
        else {
            mark(.nameInVote)
            tell(origin, .failed(.taken))
            return
        }
        guard registrations.count < configuration.limits.registrationsMax else {
            noteLimit("registrations")
            tell(origin, .failed(.refused))
            return
        }
        guard election.promised == nil else {
            mark(.epochBlockedByPromise)
            election.isBlocked = true
            tell(origin, .failed(.noQuorum))
            return
        }
        let number = number()
        let registration = Registration(
            user: user,
            credential: Credential(stored: secret),
            epoch: epoch.number,
            stamp: stamp,
            master: id.name
        )
        election.voted[user] = registration
        namesInVote[user] = number
        ballotages[number] = Ballotage(
            registration: registration,
            origin: origin,
            votes: [id],
            deadline: now + hold * 2
        )
        for voter in reachableVoters where voter != id {
            tell(voter, .vote(number: number, epoch: epoch.number, registration))
        }
        decideRegistration(number)
    }

    private mutating func tell(_ origin: RegisterOrigin, _ answer: MeshMessage.RegisterAnswer) {
        switch origin {
        case .link(let server, let request):
            tell(server, .registerAnswer(request: request, answer))
        case .below(let server, let request):
            switch answer {
            case .held: self.answer(server, .registered(request: request))
            case .failed(let reason):
                self.answer(server, .registerFailed(request: request, reason: reason))
            case .undecided: self.answer(server, .registerUndecided(request: request))
            }
        }
    }

    /// A voter's part: it stores nothing for an epoch once it promised the next.
    mutating func vote(
        _ number: Int64,
        _ epochNumber: Int64,
        _ registration: Registration?,
        for master: ServerID
    ) {
        let isOurs = epoch.number == epochNumber && epoch.master == master
        guard isOurs && election.promised == nil || !has(.epochCheck) else {
            mark(.voteRefused)
            if let promised = election.promised, epoch.number == epochNumber {
                tell(master, .epoch(.reject(number: epochNumber, promised)))
            } else if epoch.number > epochNumber {
                tell(master, .epoch(.decided(epoch)))
            }
            return
        }
        if let registration { election.voted[registration.user] = registration }
        tell(master, .voted(number: number, epoch: epochNumber))
    }

    mutating func voted(_ number: Int64, _ epochNumber: Int64, by voter: ServerID) {
        guard epochNumber == epoch.number, epoch.voters.contains(voter) else { return }
        if ballotages[number] != nil {
            ballotages[number]?.votes.insert(voter)
            decideRegistration(number)
        } else if queries[number] != nil {
            queries[number]?.votes.insert(voter)
            decideQuery(number)
        }
    }

    private mutating func decideRegistration(_ number: Int64) {
        guard let ballotage = ballotages[number], !ballotage.isDecided else { return }
        let isEnough =
            configuration.registration == .available
            || ballotage.votes.intersection(epoch.voters).count >= majority
        guard isEnough else { return }
        ballotages[number]?.isDecided = true
        let index = store(.registered(ballotage.registration))
        once(held: index, .registration(number))
    }

    mutating func registrationHeld(_ number: Int64) {
        guard let ballotage = ballotages.removeValue(forKey: number) else { return }
        namesInVote[ballotage.registration.user] = nil
        mark(.registrationHeld)
        tell(ballotage.origin, .held)
    }

    /// Takes a registration that counts; of two for a name the earlier one stays.
    mutating func apply(_ registration: Registration) {
        election.voted[registration.user] = nil
        if let known = registrations[registration.user] {
            guard known != registration, registration.isEarlier(than: known) else { return }
            mark(.earlierRegistrationWins)
        }
        registrations[registration.user] = registration
        keep(registration)
        record(.registered, [.user: registration.user])
        closeLosers(of: registration.user)
    }

    mutating func forwardedAnswered(_ number: Int64, _ answer: MeshMessage.RegisterAnswer) {
        guard case .register(let server, let request)? = forwarded.removeValue(forKey: number)?.kind
        else { return }
        tell(.below(server, request: request), answer)
    }

    /// What was asked of a master that is lost: nobody knows.
    mutating func forwardedLost(to server: ServerID) {
        for (number, state) in forwarded.sorted(by: { $0.key < $1.key })
        where state.master == server {
            mark(.registrationMasterLost)
            giveUp(number, state)
        }
    }

    private mutating func giveUp(_ number: Int64, _ state: Forwarded) {
        forwarded[number] = nil
        switch state.kind {
        case .register(let server, let request):
            answer(server, .registerUndecided(request: request))
        case .login(let session):
            fail(session, .cannotTell, "the master was lost; try again")
        }
    }

    mutating func watchRegistrations() {
        for (number, state) in forwarded.sorted(by: { $0.key < $1.key })
        where now >= state.deadline {
            giveUp(number, state)
        }
        for (number, state) in ballotages.sorted(by: { $0.key < $1.key })
        where now >= state.deadline && !state.isDecided {
            mark(.registrationUndecided)
            ballotages[number] = nil
            tell(state.origin, .undecided)
        }
        for (number, state) in queries.sorted(by: { $0.key < $1.key })
        where now >= state.deadline {
            queries[number] = nil
            tell(state.origin, nil, nil)
        }
    }

    /// A new epoch began: what the old master had under way and undecided nobody knows.
    mutating func abandonVotes() {
        for (number, state) in ballotages.sorted(by: { $0.key < $1.key }) where !state.isDecided {
            ballotages[number] = nil
            tell(state.origin, .undecided)
        }
        for (number, state) in queries.sorted(by: { $0.key < $1.key }) {
            queries[number] = nil
            tell(state.origin, nil, nil)
        }
        namesInVote = namesInVote.filter { ballotages[$0.value] != nil }
    }

    // MARK: Users that are not known here

    /// Asks the master whether a user is registered.
    mutating func query(_ user: String, for session: SessionID) {
        if role == .master {
            masterQuery(user, for: .login(session))
        } else if isLinked(epoch.master) {
            let number = number()
            forwarded[number] = Forwarded(
                kind: .login(session),
                master: epoch.master,
                deadline: now + hold * 3
            )
            tell(epoch.master, .query(request: number, user: user))
        } else {
            fail(session, .cannotTell, "the master cannot be reached; try again")
        }
    }

    /// The master knows only as long as a majority of the voters knows of no other epoch.
    mutating func masterQuery(_ user: String, for origin: QueryOrigin) {
        if let registration = registrations[user] {
            tell(origin, true, registration)
            return
        }
        guard role == .master, hasMajority, election.voted[user] == nil,
            election.promised == nil
        else {
            tell(origin, nil, nil)
            return
        }
        let number = number()
        queries[number] = UserQuery(user: user, origin: origin, votes: [id], deadline: now + hold)
        for voter in reachableVoters where voter != id {
            tell(voter, .vote(number: number, epoch: epoch.number, nil))
        }
        decideQuery(number)
    }

    private mutating func decideQuery(_ number: Int64) {
        guard let query = queries[number] else { return }
        let isEnough =
            configuration.registration == .available
            || query.votes.intersection(epoch.voters).count >= majority
        guard isEnough else { return }
        queries[number] = nil
        if let registration = registrations[query.user] {
            tell(query.origin, true, registration)
        } else {
            tell(query.origin, election.voted[query.user] == nil ? false : nil, nil)
        }
    }

    private mutating func tell(
        _ origin: QueryOrigin,
        _ isKnown: Bool?,
        _ registration: Registration?
    ) {
        switch origin {
        case .link(let server, let request):
            tell(server, .queryAnswer(request: request, isKnown: isKnown, registration))
        case .login(let session):
            userKnown(session, isKnown, registration)
        }
    }

    mutating func queryAnswered(
        _ number: Int64,
        _ isKnown: Bool?,
        _ registration: Registration?
    ) {
        guard case .login(let session)? = forwarded.removeValue(forKey: number)?.kind else {
            return
        }
        userKnown(session, isKnown, registration)
    }

    private mutating func userKnown(
        _ session: SessionID,
        _ isKnown: Bool?,
        _ registration: Registration?
    ) {
        guard let user = logins[session]?.attempt.user else { return }
        if let registration = registration ?? registrations[user] {
            check(session, registration)
        } else if isKnown == false {
            mark(.loginUnknownUser)
            fail(session, .unknownUser, "\(user) is not registered")
        } else {
            mark(.loginCannotTell)
            fail(session, .cannotTell, "it cannot be told now whether \(user) is registered")
        }
    }
}
