extension ClientRequest {
    /// The mark of handling it.
    var mark: Mark {
        switch self {
        case .register: .registerAsked
        case .login: .loginAsked
        case .logout: .logoutAsked
        case .activityMessage: .sendAsked
        case .deliveryAck: .deliveriesAcknowledged
        case .heartbeat: .clientHeartbeat
        case .who: .whoAsked
        case .invalidMessage: .clientComplained
        }
    }
}

extension PeerRequest {
    /// The mark of handling it.
    var mark: Mark {
        switch self {
        case .attach: .belowAttach
        case .register: .belowRegister
        case .login: .belowLogin
        case .activity: .belowActivity
        case .delivered: .belowDelivered
        case .disconnected: .belowDisconnected
        case .heartbeat: .belowHeartbeat
        case .who: .belowWho
        case .probeAnswer: .belowProbeAnswer
        case .announce: .belowLoad
        case .infoAcknowledged: .belowHasInfo
        }
    }
}

extension PeerReply {
    /// The mark of handling it.
    var mark: Mark {
        switch self {
        case .registered: .aboveRegistered
        case .registerFailed: .aboveRegisterFailed
        case .registerUndecided: .aboveRegisterUndecided
        case .loginSucceeded: .aboveLoginSucceeded
        case .challenge: .aboveChallenge
        case .loginFailed: .aboveLoginFailed
        case .acknowledged: .aboveAcknowledged
        case .broadcast: .aboveBroadcast
        case .deliveriesHeld: .aboveDeliveriesHeld
        case .heartbeat: .aboveHeartbeat
        case .who: .aboveWho
        case .probe: .aboveProbe
        case .disconnect: .aboveDisconnect
        case .announce: .aboveAnnounce
        case .raise: .aboveRaise
        case .raised: .aboveRaised
        }
    }
}

extension MeshMessage {
    /// The mark of handling it.
    var mark: Mark {
        switch self {
        case .info: .meshInfo
        case .announce: .meshAnnounce
        case .item: .meshItem
        case .stored: .meshStored
        case .raise: .meshRaise
        case .raising: .meshRaising
        case .raised: .meshRaised
        case .epoch(let message): message.mark
        case .order(let message): message.mark
        case .register: .meshRegister
        case .registerAnswer: .meshRegisterAnswer
        case .vote: .meshVote
        case .voted: .meshVoted
        case .query: .meshQuery
        case .queryAnswer: .meshQueryAnswer
        case .probe: .meshProbe
        case .probeAnswer: .meshProbeAnswer
        }
    }
}

extension EpochMessage {
    /// The mark of handling it.
    var mark: Mark {
        switch self {
        case .prepare: .epochPrepare
        case .promise: .epochPromise
        case .reject: .epochReject
        case .base: .epochBase
        case .baseStored: .epochBaseStored
        case .accept: .epochAccept
        case .accepted: .epochAccepted
        case .decided: .epochDecided
        }
    }
}

extension OrderMessage {
    /// The mark of handling it.
    var mark: Mark {
        switch self {
        case .request: .orderRequest
        case .propose: .orderVote
        case .voted: .orderVoted
        }
    }
}
