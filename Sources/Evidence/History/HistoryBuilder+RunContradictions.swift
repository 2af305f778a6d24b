/// The rules of `EvidenceRule` about processes, faults and the course of the run.
extension HistoryBuilder {
    /// Notes what an incarnation can have only one record of; returns the first one.
    ///
    /// - Parameter told: the incarnation that is told of, as index; `place` wrote the record.
    mutating func once(_ known: Int?, _ index: Int, _ place: Int, of told: Int) -> Int {
        guard let known else { return index }
        note(.process, place, told) {
            "\($0.name(known)) and \($0.name(index)) both tell the same of \($0.incarnations[told].id)"
        }
        return known
    }

    /// Notes a second record of what a run has only one of, and a phase that comes after a later one.
    mutating func checkCourse(_ index: Int, _ place: Int) {
        let event = records.event(index)
        let phase = event == .phase ? records.text(index, .phase).flatMap(RunPhase.init) : nil
        let same = course.first { records.event($0.record) == event && $0.phase == phase }
        let later = course.first {
            guard let phase, let other = $0.phase else { return false }
            return $0.place == place && other > phase
        }
        if let same {
            note(.course, place, same.place) {
                "\($0.name(same.record)) and \($0.name(index)) both tell the same of the run"
            }
            return
        }
        if let later {
            note(.course, place) { "\($0.name(index)) comes after \($0.name(later.record))" }
        }
        course.append((index, phase, place))
    }

    /// Remembers who writes of the run, its processes or faults.
    mutating func tellsOfRun(_ index: Int, _ place: Int) {
        guard authors.last?.place != place else { return }
        authors.append((place, index))
    }

    /// Notes those who write of the run and did not begin it.
    mutating func checkAuthors() {
        guard let begun = course.first(where: { records.event($0.record) == .runStarted }) else {
            return
        }
        for author in authors where author.place != begun.place {
            note(.author, author.place, begun.place) {
                "\($0.name(author.record)) tells of the run, which \($0.name(begun.record)) began"
            }
        }
    }

    /// Notes records of a time when their process was not there.
    mutating func checkLives() {
        for place in incarnations.indices {
            let (spawned, exited) = (incarnations[place].spawned, incarnations[place].exited)
            let from = spawned.map { records.times[$0] } ?? .min
            let to = exited.map { records.times[$0] } ?? .max
            guard spawned != nil || exited != nil else { continue }
            let stray = incarnations[place].records.first {
                records.times[$0] < from || records.times[$0] > to
            }
            guard let stray else { continue }
            let isEarly = records.times[stray] < from
            guard let edge = isEarly ? spawned : exited else { continue }
            note(.life, place) {
                "\($0.name(stray)) is of a time \(isEarly ? "before" : "after") \($0.name(edge))"
            }
        }
    }
}
