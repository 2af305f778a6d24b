/// Many deliveries to one user in one session, which one record of `deliver-batch` tells of.
///
/// It stands for as many records of `deliver`, which are numbered from its own sequence on; a table of
/// records holds those in its place. In `ORDEAL_DELIVERIES` each delivery is a line: its time in
/// nanoseconds, the digest of the body, and the message, with a space between them.
public struct DeliveryBatch: Sendable, Hashable {
    /// The most deliveries of a batch.
    public static let deliveriesMax = 256

    /// One delivery of a batch.
    public struct Delivery: Sendable, Hashable {
        /// When the client handed the message to its application.
        public var time: Instant
        /// The message: `user/stream/number`, without a line feed.
        public var message: String
        /// The digest of its body: 16 hexadecimal digits.
        public var digest: String
    }

    /// The user to whom the messages were delivered.
    public let user: String
    /// The session in which they were.
    public let session: String
    /// The deliveries in their order: 1 to `deliveriesMax`.
    public private(set) var deliveries: [Delivery]

    /// Begins a batch with what a record of `deliver` says; nil where it cannot be one of a batch's.
    public init?(_ fields: FieldValues, at time: Instant) {
        guard let user = fields[.user], let session = fields[.session] else { return nil }
        (self.user, self.session, deliveries) = (user, session, [])
        guard add(fields, at: time) else { return nil }
    }

    /// Reads what a record of `deliver-batch` says; nil where it says no such thing.
    public init?(_ fields: FieldValues) {
        guard let user = fields[.user], let session = fields[.session],
            let text = fields[.deliveries], let deliveries = Self.read(text),
            fields.integer(.count) == Int64(deliveries.count)
        else { return nil }
        (self.user, self.session, self.deliveries) = (user, session, deliveries)
    }

    /// Adds what another record of `deliver` says; false where it is of another session, or the batch is
    /// full, or the message's name does not fit into a line.
    public mutating func add(_ fields: FieldValues, at time: Instant) -> Bool {
        guard deliveries.count < Self.deliveriesMax, fields[.session] == session,
            fields[.user] == user, let message = fields[.message], let digest = fields[.digest],
            !message.utf8.contains(UInt8(ascii: "\n"))
        else { return false }
        deliveries.append(Delivery(time: time, message: message, digest: digest))
        return true
    }

    /// The fields of its record.
    public var fields: FieldValues {
        var text = ""
        for delivery in deliveries {
            text += "\(delivery.time.nanoseconds) \(delivery.digest) \(delivery.message)\n"
        }
        text.removeLast()
        return [
            .user: user, .session: session, .count: String(deliveries.count), .deliveries: text,
        ]
    }

    /// Reads the lines of `ORDEAL_DELIVERIES`; nil where one has another form, or there are too many.
    static func read(_ text: String) -> [Delivery]? {
        var deliveries: [Delivery] = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        {
            let parts = line.split(
                separator: UInt8(ascii: " "),
                maxSplits: 2,
                omittingEmptySubsequences: false
            )
            guard parts.count == 3, deliveries.count < deliveriesMax,
                let time = FieldType.number(Substring(parts[0])),
                let digest = String(parts[1]), FieldType.digest.accepts(digest),
                let message = String(parts[2]), MessageIdentity(message) != nil
            else { return nil }
            deliveries.append(
                Delivery(time: Instant(nanoseconds: time), message: message, digest: digest)
            )
        }
        return deliveries
    }
}

extension Record {
    /// The deliveries that it tells of at once; nil where it is no record of a batch.
    var batch: DeliveryBatch? { event == .deliverBatch ? DeliveryBatch(fields) : nil }

    /// The deliveries of a batch with their places in its incarnation, from its own on.
    func numbered(_ batch: DeliveryBatch) -> some Sequence<(Int64, DeliveryBatch.Delivery)> {
        zip(sequence..., batch.deliveries)
    }

    /// The records that it stands for: those of the deliveries of a batch; of any other record itself.
    public var singles: [Record] {
        guard let batch else { return [self] }
        return numbered(batch).map { sequence, delivery in
            var single = self
            single.sequence = sequence
            single.time = delivery.time
            single.event = .deliver
            single.fields = [
                .user: batch.user, .session: batch.session, .message: delivery.message,
                .digest: delivery.digest,
            ]
            return single
        }
    }
}
