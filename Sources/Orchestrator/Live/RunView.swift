import Evidence

/// What the live journal says of a run so far: roles, sessions, counts. Pure.
struct RunView: Sendable {
    /// How many of each thing were recorded.
    struct Counts: Sendable, Equatable {
        var sends = 0
        var acks = 0
        var deliveries = 0

        /// They, for people who watch.
        var text: String { "\(sends) sent, \(acks) acknowledged, \(deliveries) delivered" }
    }

    private struct Role {
        var name: String
        var epoch: Int64
        var journalSequence: UInt64
    }

    private(set) var counts = Counts()
    private(set) var lastMovement = Instant.zero
    private(set) var hasBarrier = false
    private(set) var faultsInForce: [String: String] = [:]
    private var roles: [String: Role] = [:]
    private var sessions: [String: Set<String>] = [:]
    private var lastSends: [String: Instant] = [:]

    /// Takes records in the order of the journal.
    mutating func apply(_ records: [Record]) {
        for record in records {
            apply(record)
        }
    }

    /// The node that acts as master now: of the living ones that say so, the one with the highest
    /// epoch; nil where none does.
    var master: String? {
        roles.filter { $0.value.name == "MASTERSUPERPEER" }
            .max {
                ($0.value.epoch, $0.value.journalSequence) < (
                    $1.value.epoch, $1.value.journalSequence
                )
            }?
            .key
    }

    /// The living nodes that have a role now; as master only the one with the highest epoch.
    func nodes(in role: ServerRole) -> Set<String> {
        switch role {
        case .master: Set([master].compactMap(\.self))
        case .superPeer, .peer, .transition:
            Set(roles.filter { $0.value.name == role.rawValue }.keys)
        }
    }

    /// Whether a client has a session open.
    func hasSession(_ client: String) -> Bool { sessions[client]?.isEmpty == false }

    /// Whether a client sent a message at `instant` or later.
    func hasSent(_ client: String, since instant: Instant) -> Bool {
        lastSends[client].map { $0 >= instant } ?? false
    }

    /// One line for people who watch.
    ///
    /// - Parameters:
    ///   - elapsed: the time since the run's start.
    ///   - lag: how far behind reading is, as `lag` says it.
    func line(elapsed: Duration, lag: String) -> String {
        let faults =
            faultsInForce.isEmpty
            ? ""
            : ", in force: "
                + faultsInForce.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }.joined(
                    separator: ", "
                )
        return "\(Self.seconds(elapsed)): \(counts.text)\(faults)\(lag)"
    }

    /// How far behind reading is, to be said after something else; empty where that is less than a second.
    func lag(from readUpTo: Instant, to now: Instant) -> String {
        let lag = now - readUpTo
        return lag < .seconds(1) ? "" : ", as recorded \(Self.seconds(lag)) ago"
    }

    private static func seconds(_ duration: Duration) -> String {
        let tenths = Int(duration.seconds * 10)
        return "\(tenths / 10).\(tenths % 10) s"
    }

    private mutating func apply(_ record: Record) {
        switch record.event {
        case .send:
            counts.sends += 1
            lastSends[record.node] = record.time
        case .ack:
            counts.acks += 1
            lastMovement = max(lastMovement, record.time)
        case .deliver:
            counts.deliveries += 1
            lastMovement = max(lastMovement, record.time)
        case .loginOK: sessions[record.node, default: []].insert(record[.session] ?? "")
        case .sessionEnded: sessions[record.node]?.remove(record[.session] ?? "")
        case .roleChanged:
            roles[record.node] = Role(
                name: record[.role] ?? "",
                epoch: EpochText.number(of: record[.epoch]),
                journalSequence: record.journalSequence
            )
        case .exited:
            guard let node = record[.target] else { return }
            roles[node] = nil
            sessions[node] = nil
        case .barrier: hasBarrier = true
        case .faultApplied: faultsInForce[record[.fault] ?? ""] = record[.faultKind]
        case .faultHealVerified, .faultFailed: faultsInForce[record[.fault] ?? ""] = nil
        case .started, .closed, .register, .registerOK, .registerFail, .registerInfo, .login,
            .loginFail, .loginInfo, .logout, .alive, .streamStarted, .sendFail, .sendInfo,
            .deliverBatch, .confirmed, .listening, .epochChanged, .peerRaised, .peerAdmitted,
            .peerRefused,
            .peerListed, .peerLost, .linkLost, .supervisorChanged, .supervisorLost,
            .redirectDecided, .registered, .loginHeld, .stored, .forwarded,
            .acknowledged, .dropped, .storeFailed, .limitExceeded, .runStarted, .runCutShort,
            .phase, .spawned,
            .ready,
            .output, .faultIntended, .faultVerified, .faultHealed, .faultUnexercised,
            .drainEnded, .journalRestarted, .linkCut, .linkHealed, .messageDropped,
            .messageDuplicated, .messageReordered:
            break
        }
    }
}
