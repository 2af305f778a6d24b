/// The human sentence of a record: the journal's `MESSAGE`.
///
/// The journal stores equal texts once, so a sentence about a message names the message and not who
/// received it: that is in the fields.
public enum RecordSentence {
    /// The sentence for a record of this kind with these fields.
    public static func text(_ kind: EventKind, _ fields: FieldValues) -> String {
        func of(_ field: Field) -> String { fields[field] ?? "?" }
        func because() -> String { fields[.reason].map { ": \($0)" } ?? "" }
        func fault() -> String {
            let on = fields[.target] ?? fields[.link]
            return "Fault \(of(.fault)) (\(of(.faultKind))\(on.map { " on \($0)" } ?? ""))"
        }
        func incarnation() -> String { "\(of(.target)) (incarnation \(of(.targetIncarnation)))" }

        switch kind {
        case .started: return "Started"
        case .closed: return "Closed"
        case .register: return "Registers \(of(.user))"
        case .registerOK: return "Registered \(of(.user))"
        case .registerFail: return "Registration of \(of(.user)) failed\(because())"
        case .registerInfo: return "Registration of \(of(.user)) is undecided\(because())"
        case .login: return "Logs in as \(of(.user))"
        case .loginOK: return "Logged in as \(of(.user))"
        case .loginFail: return "Login as \(of(.user)) failed\(because())"
        case .loginInfo: return "Login as \(of(.user)) is undecided\(because())"
        case .logout: return "Logs out \(of(.user))"
        case .sessionEnded: return "Session of \(of(.user)) ended\(because())"
        case .alive: return "A request was answered"
        case .streamStarted: return "Begins a new stream as \(of(.user))"
        case .send: return "Sends \(of(.message))"
        case .ack: return "Sent \(of(.message))"
        case .sendFail: return "Send of \(of(.message)) failed\(because())"
        case .sendInfo: return "Send of \(of(.message)) is undecided\(because())"
        case .deliver: return "Delivered \(of(.message))"
        case .deliverBatch: return "Delivered \(of(.count)) messages"
        case .confirmed: return "Acknowledgements are held"
        case .listening: return "Listens at \(of(.server))"
        case .roleChanged: return "Is now \(of(.role))\(because())"
        case .epochChanged: return "Accepted epoch \(of(.epoch)) of \(of(.peer))"
        case .peerRaised: return "Raised \(of(.peer)) to super-peer"
        case .peerAdmitted: return "Admitted \(of(.peer))"
        case .peerRefused: return "Refused \(of(.peer))\(because())"
        case .peerListed: return "Lists \(of(.peer)) as its peer"
        case .peerLost: return "Lists \(of(.peer)) no more\(because())"
        case .linkLost: return "Lost the link to \(of(.peer))\(because())"
        case .supervisorChanged: return "Has \(of(.peer)) as supervisor\(because())"
        case .supervisorLost: return "Has \(of(.peer)) as supervisor no more\(because())"
        case .redirectDecided:
            let who = fields[.user] ?? fields[.peer] ?? "a \(of(.newcomer))"
            return fields[.outcome] == "redirected" ? "Sends \(who) elsewhere" : "Keeps \(who)"
        case .registered: return "Stored the registration of \(of(.user))"
        case .loginHeld: return "Stored a login of \(of(.user))"
        case .stored: return "Stored \(of(.message))"
        case .forwarded: return "Passed on \(of(.message))"
        case .acknowledged: return "Stored an acknowledgement of \(of(.message))"
        case .dropped: return "Dropped \(of(.message))\(because())"
        case .storeFailed: return "The disk takes nothing any more\(because())"
        case .limitExceeded: return "A connection broke a limit\(because())"
        case .runCutShort: return "The run was cut short: \(of(.reason))"
        case .runStarted: return "The run began with seed \(of(.seed))"
        case .phase: return "Phase \(of(.phase))"
        case .spawned: return "Started \(incarnation())"
        case .ready: return "\(incarnation()) is ready"
        case .exited: return "\(incarnation()) ended (\(of(.cause)) \(of(.status)))\(because())"
        case .output: return "\(of(.target)): \(of(.line))"
        case .faultIntended: return "\(fault()) is about to be applied"
        case .faultApplied: return "\(fault()) was applied"
        case .faultVerified: return "\(fault()) was seen in force\(because())"
        case .faultHealed: return "\(fault()) is about to be healed"
        case .faultHealVerified: return "\(fault()) was seen healed\(because())"
        case .faultFailed: return "\(fault()) failed\(because())"
        case .faultUnexercised: return "\(fault()) met no traffic"
        case .drainEnded: return "The drain ended\(because())"
        case .journalRestarted: return "The journal's daemon was started again\(because())"
        case .barrier: return "Every record of the run was written"
        case .linkCut: return "Cut \(of(.link))"
        case .linkHealed: return "Healed \(of(.link))"
        case .messageDropped: return "Dropped a message on \(of(.link))"
        case .messageDuplicated: return "Duplicated a message on \(of(.link))"
        case .messageReordered: return "Reordered a message on \(of(.link))"
        }
    }
}
