extension RecordTable {
    /// Adds a record at the end; a batch of deliveries as the records that it stands for.
    public mutating func append(_ record: Record) {
        if let batch = record.batch {
            append(batch, of: record)
            return
        }
        let writer = writer(node: texts.add(record.node), incarnation: record.incarnation)
        let shape = shape(of: record)
        let run = texts.add(record.run)
        begin(
            run: run,
            writer: writer,
            sequence: record.sequence,
            time: record.time.nanoseconds,
            journalSequence: record.journalSequence,
            shape: shape
        )
        for (field, value) in record.fields.pairs {
            values.append(code(value, of: field))
        }
    }

    /// Adds a record of `deliver` for each delivery of a batch.
    private mutating func append(_ batch: DeliveryBatch, of record: Record) {
        let writer = writer(node: texts.add(record.node), incarnation: record.incarnation)
        let run = texts.add(record.run)
        let user = code(batch.user, of: .user)
        let session = code(batch.session, of: .session)
        let shape = shape(
            RecordShape(event: .deliver, fields: [.user, .session, .message, .digest])
        )
        for (sequence, delivery) in record.numbered(batch) {
            begin(
                run: run,
                writer: writer,
                sequence: sequence,
                time: delivery.time.nanoseconds,
                journalSequence: record.journalSequence,
                shape: shape
            )
            values.append(user)
            values.append(session)
            values.append(code(delivery.message, of: .message))
            values.append(code(delivery.digest, of: .digest))
        }
    }

    /// The shape of a record. There are few, so that looking at each costs less than hashing one.
    private mutating func shape(of record: Record) -> UInt16 {
        let pairs = record.fields.pairs
        for number in eventOf.indices
        where eventOf[number] == record.event && shapes[number].fields.count == pairs.count {
            let isSame = pairs.indices.allSatisfy { shapes[number].fields[$0] == pairs[$0].field }
            if isSame { return UInt16(number) }
        }
        return shape(RecordShape(event: record.event, fields: pairs.map(\.field)))
    }

    /// Makes room for records and their values.
    package mutating func reserve(records: Int, values count: Int) {
        times.reserveCapacity(records)
        sequences.reserveCapacity(records)
        journalSequences.reserveCapacity(records)
        writerOf.reserveCapacity(records)
        shapeOf.reserveCapacity(records)
        starts.reserveCapacity(records)
        values.reserveCapacity(count)
    }

    /// Begins a record; its values, as many as its shape has fields, follow by `add(value:)`.
    package mutating func begin(
        run: UInt32,
        writer: UInt32,
        sequence: Int64,
        time: Int64,
        journalSequence: UInt64,
        shape: UInt16
    ) {
        precondition(times.count < Self.recordsMax, "a table holds at most 2³¹ records")
        if times.isEmpty {
            firstRun = run
        } else if run != firstRun, runOf.isEmpty {
            runOf = [UInt32](repeating: firstRun, count: times.count)
        }
        if !runOf.isEmpty { runOf.append(run) }
        times.append(time)
        sequences.append(sequence)
        journalSequences.append(journalSequence)
        writerOf.append(writer)
        shapeOf.append(shape)
        starts.append(UInt32(values.count))
    }

    /// Adds the next value of the last record.
    package mutating func add(value: UInt32) { values.append(value) }

    /// The number of a text, which is added where it is new.
    package mutating func add(text: UnsafeRawBufferPointer) -> UInt32 { texts.add(text) }

    /// The code of a field's text.
    package mutating func code(_ text: String, of field: Field) -> UInt32 {
        if Self.isNumber[field.ordinal], let number = Int64(text), number >= 0,
            String(number) == text
        {
            return code(number: number)
        }
        return texts.add(text)
    }

    /// The index of a writer, which is added where it is new.
    package mutating func writer(node: UInt32, incarnation: Int) -> UInt32 {
        let key = WriterKey(node: node, incarnation: incarnation)
        if let known = writersByKey[key] { return known }
        writers.append(NodeIncarnation(node: texts[node], incarnation: incarnation))
        writersByKey[key] = UInt32(writers.count - 1)
        return UInt32(writers.count - 1)
    }

    /// The index of a shape, which is added where it is new.
    package mutating func shape(_ shape: RecordShape) -> UInt16 {
        if let known = shapesByForm[shape] { return known }
        precondition(shapes.count < Int(UInt16.max), "a table holds fewer than 65,535 shapes")
        precondition(Field.allCases.count <= Self.fieldsMax, "too many fields in the registry")
        var own = [UInt8](repeating: 0, count: Self.fieldsMax)
        for (place, field) in shape.fields.enumerated() {
            own[field.ordinal] = UInt8(place + 1)
        }
        places += own
        eventOf.append(shape.event)
        shapes.append(shape)
        shapesByForm[shape] = UInt16(shapes.count - 1)
        return UInt16(shapes.count - 1)
    }

    /// Adds all records of another table at the end.
    package mutating func append(all other: RecordTable) {
        if isEmpty, texts.count == 1, other.times.capacity >= times.capacity {
            self = other
            return
        }
        let codes = texts.add(all: other.texts)
        let shapeCodes = other.shapes.map { shape($0) }
        let writerCodes = other.writers.map { writer in
            self.writer(node: texts.add(writer.node), incarnation: writer.incarnation)
        }
        let firstValue = UInt32(values.count)
        for index in other.indices {
            let run = other.runOf.isEmpty ? other.firstRun : other.runOf[index]
            begin(
                run: codes[Int(run)],
                writer: writerCodes[Int(other.writerOf[index])],
                sequence: other.sequences[index],
                time: other.times[index],
                journalSequence: other.journalSequences[index],
                shape: shapeCodes[Int(other.shapeOf[index])]
            )
            starts[starts.count - 1] = firstValue + other.starts[index]
        }
        for value in other.values {
            values.append(code(value, of: other, codes))
        }
    }

    /// Which fields hold numbers.
    private static let isNumber: [Bool] = Field.allCases.map {
        switch FieldSchema($0).type {
        case .natural, .integer, .nanoseconds, .seed: true
        case .text, .deliveries, .digest, .message, .stream, .links, .oneOf: false
        }
    }

    // MARK: Order

    /// Puts the records in the order of the journal; those of equal places keep theirs.
    package mutating func sortByJournal() {
        let isSorted = journalSequences.indices.dropFirst().allSatisfy {
            journalSequences[$0 - 1] <= journalSequences[$0]
        }
        if isSorted { return }
        var order = (0..<UInt32(count)).map { $0 }
        order.sort {
            (journalSequences[Int($0)], $0) < (journalSequences[Int($1)], $1)
        }
        arrange(order)
    }

    /// Keeps the records of one run.
    ///
    /// - Returns: how many were left out.
    public mutating func keep(run: String) -> Int {
        guard !runOf.isEmpty else {
            if isEmpty || texts[firstRun] == run { return 0 }
            let left = count
            arrange([])
            return left
        }
        let wanted = texts.find(run)
        let before = count
        arrange((0..<UInt32(count)).filter { runOf[Int($0)] == wanted })
        runOf = []
        firstRun = wanted ?? 0
        return before - count
    }

    /// Keeps the records at these indices, in this order. Column by column, so that no more than one is
    /// there twice.
    mutating func arrange(_ order: [UInt32]) {
        Self.arrange(&times, order)
        Self.arrange(&sequences, order)
        Self.arrange(&journalSequences, order)
        Self.arrange(&writerOf, order)
        if !runOf.isEmpty {
            Self.arrange(&runOf, order)
            if let first = runOf.first { firstRun = first }
        }
        var newStarts: [UInt32] = []
        newStarts.reserveCapacity(order.count)
        var newValues: [UInt32] = []
        newValues.reserveCapacity(order.count == starts.count ? values.count : 0)
        for index in order {
            let start = Int(starts[Int(index)])
            let length = shapes[Int(shapeOf[Int(index)])].fields.count
            newStarts.append(UInt32(newValues.count))
            for place in start..<(start + length) { newValues.append(values[place]) }
        }
        starts = newStarts
        values = newValues
        Self.arrange(&shapeOf, order)
    }

    private static func arrange<Element>(_ column: inout [Element], _ order: [UInt32]) {
        var result: [Element] = []
        result.reserveCapacity(order.count)
        for index in order { result.append(column[Int(index)]) }
        column = result
    }
}
