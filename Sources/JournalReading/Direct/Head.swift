import Evidence

extension DirectReader {
    /// What every record has, gathered from the fields of an entry; and what else the entry is.
    struct Head {
        var isNotice = false
        var isOdd = false
        var dropped: Int64 = 0
        private(set) var run: UInt32 = 0
        private(set) var node: UInt32 = 0
        private(set) var incarnation: Int64 = 0
        private(set) var sequence: Int64 = 0
        private(set) var time: Int64 = 0
        private(set) var event = 0
        /// A bit for each field that was there.
        private var seen: UInt64 = 0

        /// The bits of the fields that every record has.
        private static var all: UInt64 {
            1 << UInt64(Field.run.ordinal) | 1 << UInt64(Field.node.ordinal)
                | 1 << UInt64(Field.incarnation.ordinal) | 1 << UInt64(Field.sequence.ordinal)
                | 1 << UInt64(Field.time.ordinal) | 1 << UInt64(Field.event.ordinal)
        }

        /// Whether no field of the registry was there.
        var isEmpty: Bool { seen == 0 }

        /// Whether all that every record has was there.
        var isWhole: Bool { seen & Self.all == Self.all }

        /// Takes a field; gives its code where it is one of the event's own.
        mutating func take(_ datum: DataTable.Datum) -> UInt32? {
            let bit: UInt64 = 1 << UInt64(datum.field)
            if seen & bit != 0 { isOdd = true }
            seen |= bit
            guard Self.all & bit != 0 else { return UInt32(truncatingIfNeeded: datum.value) }
            let field = Int(datum.field)
            if field == Field.run.ordinal {
                run = UInt32(truncatingIfNeeded: datum.value)
            } else if field == Field.node.ordinal {
                node = UInt32(truncatingIfNeeded: datum.value)
            } else if field == Field.incarnation.ordinal {
                incarnation = datum.value
            } else if field == Field.sequence.ordinal {
                sequence = datum.value
            } else if field == Field.time.ordinal {
                time = datum.value
            } else {
                event = Int(datum.value)
            }
            return nil
        }
    }
}
