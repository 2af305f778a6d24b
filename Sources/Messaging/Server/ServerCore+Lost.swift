import Evidence

/// What is owed to users who may have counted on a side that is lost.
extension ServerCore {
    /// When all that a super-peer stored was here, or came as news: where a link was lost before we had
    /// what the other one stored while it was not linked, that is since the loss before.
    func heard(_ server: ServerID, _ link: Link, _ lastHeard: Instant) -> Instant {
        guard !log.vector.covers(link.first) else { return lastHeard }
        return min(lastHeard, lost[server]?.lastHeard ?? servingSince)
    }

    /// The index from which on a super-peer that is lost may lack what is held here: also of what was
    /// held while it was not linked, if it was lost again before it had all of that.
    func firstLacked(_ stored: VersionVector, _ link: Link) -> Int64 {
        guard !stored.covers(link.ours) else { return log.heldThrough }
        var index = log.start
        while index < log.heldThrough, stored[log[index].origin] >= log[index].sequence {
            index += 1
        }
        return index
    }

    /// The super-peers that are lost and may live on.
    private var absent: [(id: ServerID, loss: LostLink)] {
        lost.filter { !dead.contains($0.key) && !isLinked($0.key) }
            .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// A user who did not count here may have counted on another side and is owed what that side
    /// lacks: where a super-peer was lost a short time ago, all that was held since without it, and
    /// since the user counted here, is pending for the user.
    mutating func owe(_ login: LoginUnderWay) {
        guard let counted = login.owedFrom else { return }
        let user = login.attempt.user
        // Nobody came while we were down.
        let recent = absent.map(\.loss).filter {
            now - max($0.onOurSideAt, returnedAt) <= hold * 3
        }
        guard let lostFrom = recent.map(\.heldThrough).min() else { return }
        let from = max(lostFrom, counted, log.start)
        var messages: [MessageIdentity] = []
        for index in from..<max(log.end, from) {
            let entry = log[index]
            guard case .message(let message) = entry.item, !entry.isRepeat,
                acknowledged[user]?[message.source] ?? 0 < message.identity.number,
                !isPast(user, index), !message.pending.contains(user),
                !(waiting[index]?.contains(user) ?? false),
                recent.contains(where: {
                    index >= $0.heldThrough && $0.known[entry.origin] < entry.sequence
                })
            else { continue }
            messages.append(message.identity)
        }
        guard !messages.isEmpty else { return }
        mark(.pendingOwed)
        store(.pending(users: [user], messages: messages))
    }

    /// Who is linked again, has all that we had, and has told all that it had, is lost no more; one that
    /// is back with its disk once it serves: it may stand down yet, and until then its users have nobody.
    mutating func settleLosses() {
        for server in lost.keys.sorted() {
            guard let link = links[server], link.serves || link.served, isCaughtUp(server),
                link.known.covers(link.ours)
            else { continue }
            lost[server] = nil
        }
    }

    /// What a new super-peer must know of those that are lost.
    var lostToTell: [MeshMessage.LostSuperPeer] {
        let dayMax: Int64 = 86_400_000
        return absent.map {
            MeshMessage.LostSuperPeer(
                id: $0.id,
                lostFor: min((now - $0.loss.onOurSideAt).milliseconds, dayMax),
                silentFor: min((now - $0.loss.lastHeard).milliseconds, dayMax),
                known: $0.loss.known
            )
        }
    }

    /// Another super-peer lost some, maybe before we were there to lose them, maybe later than we did.
    mutating func learnLost(_ others: [MeshMessage.LostSuperPeer]) {
        for other in others
        where other.id != id && links[other.id] == nil && !dead.contains(other.id) {
            let seenAt = now - .milliseconds(other.lostFor)
            if lost[other.id] != nil {
                seen(other.id, at: seenAt)
            } else {
                lost[other.id] = LostLink(
                    lostAt: seenAt,
                    lastHeard: now - .milliseconds(other.silentFor),
                    heldThrough: log.start,
                    known: other.known
                )
            }
        }
    }

    /// Others are linked with super-peers with which we are not: through them those are on our side.
    mutating func learnLinks(_ servers: [ServerID]) {
        for server in servers where links[server] == nil { seen(server, at: now) }
    }

    private mutating func seen(_ server: ServerID, at time: Instant) {
        guard let loss = lost[server], loss.onOurSideAt < time else { return }
        lost[server]?.seenAt = time
    }
}
