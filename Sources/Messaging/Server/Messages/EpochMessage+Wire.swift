extension EpochMessage {
    /// Reads a message of the election; nil where its command is none of these.
    init?(_ message: WireReader) throws(WireError) {
        switch message.command {
        case "EPOCH_PREPARE":
            self = .prepare(current: try message.epoch("current"), try message.ballot())
        case "EPOCH_PROMISE":
            var accepted: AcceptedEpoch?
            if let object = try message.optionalObject("accepted") {
                accepted = AcceptedEpoch(
                    ballot: try object.ballot(),
                    value: try object.epoch("value")
                )
            }
            self = .promise(
                number: try message.integer("epoch"),
                try message.ballot(),
                accepted,
                try Self.registrations(message),
                try message.orderBase()
            )
        case "EPOCH_REJECT":
            self = .reject(number: try message.integer("epoch"), try message.ballot())
        case "EPOCH_BASE":
            self = .base(
                proposal: try message.string("proposal"),
                try Self.registrations(message),
                try message.orderBase(),
                isLast: try message.bool("last")
            )
        case "EPOCH_BASE_ACK":
            self = .baseStored(proposal: try message.string("proposal"))
        case "EPOCH_ACCEPT":
            self = .accept(
                number: try message.integer("epoch"),
                try message.ballot(),
                try message.epoch("value")
            )
        case "EPOCH_ACCEPTED":
            self = .accepted(number: try message.integer("epoch"), try message.ballot())
        case "EPOCH_DECIDED":
            self = .decided(try message.epoch("value"))
        default:
            return nil
        }
    }

    /// The message as a line.
    func frame() -> Frame {
        switch self {
        case .prepare(let current, let ballot):
            var message = WireWriter("EPOCH_PREPARE")
            message.epoch("current", current)
            message.ballot(ballot)
            return message.frame()
        case .promise(let number, let ballot, let accepted, let registrations, let numbered):
            var message = WireWriter("EPOCH_PROMISE")
            message.integer("epoch", number)
            message.ballot(ballot)
            if let accepted {
                message.object("accepted") { object in
                    object.ballot(accepted.ballot)
                    object.epoch("value", accepted.value)
                }
            }
            Self.write(registrations, to: &message)
            message.orderBase(numbered)
            return message.frame()
        case .reject(let number, let ballot):
            var message = WireWriter("EPOCH_REJECT")
            message.integer("epoch", number)
            message.ballot(ballot)
            return message.frame()
        case .base(let proposal, let registrations, let numbered, let isLast):
            var message = WireWriter("EPOCH_BASE")
            message.string("proposal", proposal)
            Self.write(registrations, to: &message)
            message.orderBase(numbered)
            message.bool("last", isLast)
            return message.frame()
        case .baseStored(let proposal):
            var message = WireWriter("EPOCH_BASE_ACK")
            message.string("proposal", proposal)
            return message.frame()
        case .accept(let number, let ballot, let value):
            var message = WireWriter("EPOCH_ACCEPT")
            message.integer("epoch", number)
            message.ballot(ballot)
            message.epoch("value", value)
            return message.frame()
        case .accepted(let number, let ballot):
            var message = WireWriter("EPOCH_ACCEPTED")
            message.integer("epoch", number)
            message.ballot(ballot)
            return message.frame()
        case .decided(let value):
            var message = WireWriter("EPOCH_DECIDED")
            message.epoch("value", value)
            return message.frame()
        }
    }

    private static func write(_ registrations: [Registration], to message: inout WireWriter) {
        message.objects("registrations", registrations) { registration, object in
            object.registration(registration)
        }
    }

    private static func registrations(
        _ message: WireReader
    ) throws(WireError) -> [Registration] {
        try message.mapped("registrations") { object throws(WireError) in
            try object.registration()
        }
    }
}
