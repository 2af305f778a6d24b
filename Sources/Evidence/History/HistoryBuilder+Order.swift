extension HistoryBuilder {
    /// A table's records by node, incarnation and sequence, each once; without those of contested places.
    struct Ordered {
        var records: RecordTable
        var incarnations: [History.Incarnation] = []
        /// Places that records of different contents claim; none of these is believed.
        var conflicts: [RecordReference] = []
        /// The runs of all records, in order.
        let runs: [String]

        init(_ table: consuming RecordTable) {
            let own = Self.writers(table)
            runs = table.runs.sorted()
            records = table
            var places = [Int](repeating: 0, count: records.writers.count)
            for (place, id) in own.sorted.enumerated() {
                if let writer = own.writers[id] { places[writer] = place }
            }
            // By counting: how many records each has, then where its records begin.
            var starts = [Int](repeating: 0, count: own.sorted.count + 1)
            for writer in records.writerOf { starts[places[Int(writer)] + 1] += 1 }
            for place in own.sorted.indices { starts[place + 1] += starts[place] }
            var next = starts
            var order = [UInt32](repeating: 0, count: records.count)
            for index in records.indices {
                let place = places[Int(records.writerOf[index])]
                order[next[place]] = UInt32(index)
                next[place] += 1
            }
            for place in own.sorted.indices { sort(&order[starts[place]..<starts[place + 1]]) }
            drop(&order, &starts)
            records.arrange(order)
            for (place, id) in own.sorted.enumerated() {
                let range = starts[place]..<starts[place + 1]
                incarnations.append(History.Incarnation(id: id, records: range))
            }
        }

        /// All incarnations that records tell of, in order, and the writer of each that wrote any.
        private static func writers(
            _ table: RecordTable
        ) -> (sorted: [NodeIncarnation], writers: [NodeIncarnation: Int]) {
            var writers: [NodeIncarnation: Int] = [:]
            for (place, writer) in table.writers.enumerated() { writers[writer] = place }
            var all = Set(writers.keys)
            // Starts that only the orchestrator tells of have no records of their own.
            let telling = table.shapes.map {
                $0.fields.contains(.target) && $0.fields.contains(.targetIncarnation)
            }
            for index in table.indices where telling[Int(table.shapeOf[index])] {
                guard let target = table.text(index, .target),
                    let incarnation = table.integer(index, .targetIncarnation)
                else { continue }
                all.insert(NodeIncarnation(node: target, incarnation: Int(incarnation)))
            }
            return (all.sorted(), writers)
        }

        /// Sorts the records of one writer, where they are not in order.
        private func sort(_ group: inout ArraySlice<UInt32>) {
            let isSorted = zip(group, group.dropFirst()).allSatisfy {
                records.sequences[Int($0)] < records.sequences[Int($1)]
            }
            if isSorted { return }
            group.sort {
                let (left, right) = (Int($0), Int($1))
                return (records.sequences[left], records.journalSequences[left], left)
                    < (records.sequences[right], records.journalSequences[right], right)
            }
        }

        /// Drops what is there again; and all of a place where that says something else, as nobody knows
        /// which of it is true.
        private mutating func drop(_ order: inout [UInt32], _ starts: inout [Int]) {
            var kept = 0
            for place in 0..<(starts.count - 1) {
                let end = starts[place + 1]
                var position = starts[place]
                starts[place] = kept
                while position < end {
                    let first = Int(order[position])
                    var isContested = false
                    position += 1
                    while position < end,
                        records.sequences[Int(order[position])] == records.sequences[first]
                    {
                        isContested = isContested || !isSame(first, Int(order[position]))
                        position += 1
                    }
                    if isContested {
                        conflicts.append(RecordReference(records[first]))
                    } else {
                        order[kept] = UInt32(first)
                        kept += 1
                    }
                }
            }
            starts[starts.count - 1] = kept
            order.removeLast(order.count - kept)
        }

        private func isSame(_ first: Int, _ second: Int) -> Bool {
            guard records.event(first) == records.event(second),
                records.time(first) == records.time(second),
                records.run(first) == records.run(second)
            else { return false }
            // In whatever order they were written out.
            return Field.allCases.allSatisfy {
                records.text(first, $0) == records.text(second, $0)
            }
        }
    }
}
