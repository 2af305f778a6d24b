/// Something that the protocol can do: a message that it handles, a change of role, a refusal, a branch
/// of its logic.
///
/// A core notes each that it takes. The simulator's seeds must take all of them: what they never take
/// is not tested.
public enum Mark: Int, Sendable, CaseIterable {
    // What clients say.
    case registerAsked, loginAsked, logoutAsked, sendAsked, deliveriesAcknowledged, clientHeartbeat
    case clientComplained, whoAsked

    // What servers below ask.
    case belowRegister, belowLogin, belowActivity, belowDelivered, belowDisconnected
    case belowHeartbeat, belowProbeAnswer, belowLoad, belowHasInfo, belowAttach, belowWho

    // What a supervisor answers.
    case aboveRegistered, aboveRegisterFailed, aboveRegisterUndecided, aboveLoginSucceeded
    case aboveChallenge, aboveLoginFailed, aboveAcknowledged, aboveBroadcast, aboveDeliveriesHeld,
        aboveHeartbeat
    case aboveProbe, aboveWho, aboveDisconnect, aboveAnnounce, aboveRaise, aboveRaised

    // What super-peers tell each other.
    case meshInfo, meshAnnounce, meshItem, meshStored, meshRaise, meshRaising, meshRaised
    case meshRegister, meshRegisterAnswer, meshVote, meshVoted, meshQuery, meshQueryAnswer
    case meshProbe, meshProbeAnswer
    case epochPrepare, epochPromise, epochReject, epochBase, epochBaseStored, epochAccept
    case epochAccepted, epochDecided
    case orderRequest, orderVote, orderVoted

    // Joining.
    case joinAsked, joinAdmitted, joinRedirected
    case callForAnother, sentToSupervisor, notJoined, linkAccepted, peerAccepted

    // Roles.
    case founded, raiseBegun, raiseGivenUp, becameSuperPeer, becameMaster, steppedDown
    case raiseFailed, raiseOrdered, raiseWithoutPeer

    // Links.
    case linkMade, linkLost, callsCrossed, calledAgain, silentClosed, lifeSuperseded
    case supervisorLost, peerLost, reattached, clientsDropped

    // Epochs.
    case epochProposed, epochValueInherited, epochTimedOut, epochProposerBehind, epochDecidedHere
    case epochVoterRejects, epochBlockedByPromise, epochTakenOver, epochBaseApplied

    // Registration.
    case nameTaken, nameInVote, noMajority, voteRefused, registrationHeld, registrationUndecided
    case registrationForwarded, registrationMasterLost, earlierRegistrationWins
    case registrationWithoutSupervisor, registrationWithoutMaster, anonymousRegistration

    // Logins.
    case loginHeld, loginWrongSecret, loginBehind, loginUnknownUser, loginCannotTell, loginChecked
    case loginElsewhere, loginReplacesOwn, loginReplacesDead, loginClaimLost, loginUndecided
    case loginAnonymous, anonymousWaits, loginWithoutSupervisor
    case probedHere, probedElsewhere, probeTimedOut, probeRival, probeUnknown
    case sessionYields, sessionGone, sessionTimedOut, sessionAdopted, sessionRefused

    // Messages.
    case messageStored, messageRepeated, messageFromOtherWay, messageLate, messageSessionElsewhere
    case pendingDelivered, pendingAdded, pendingDeliveredLate, pendingTooLate, pendingOwed
    case itemRepeated, itemPassedOnForOther, itemLeftToSource
    case droppedOld, droppedPending, floorSkipped

    // Redirects and limits.
    case clientRedirected, serverRedirected, invalidRefused, wrongUserDenied
    case linesPerSecond, unacknowledgedSends, deliveryWaited, deliveryWritten, slowReaderClosed
    case refusedByAll
}

extension Mark {
    /// Marks that the simulator's seeds need not take: they take clients of other make, a person who
    /// asks who is on, settings that lose messages on purpose, or more ill luck at once than some thousand
    /// seeds have. Tests of single cores take them.
    public static let besides: Set<Mark> = [
        .clientComplained, .wrongUserDenied, .linesPerSecond, .droppedPending,
        .whoAsked, .belowWho, .aboveWho, .loginUndecided, .messageLate, .pendingTooLate,
        .refusedByAll,
    ]
}
