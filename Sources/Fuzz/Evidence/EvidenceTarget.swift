import Checkers
import Evidence
import Glibc
import Journal
import JournalReading

/// Evidence that something happened to: a whole history in which every guarantee holds, damaged at random.
///
/// Whatever is done to it: no guarantee comes out as violated, the experiment not as invalid, nobody's
/// record as another one, and nothing *holds* whose verdict needs a record that is gone.
final class EvidenceTarget {
    /// What a round came to.
    struct Outcome {
        /// How many records were gone.
        var missing = 0
        /// What was done.
        var what = ""
    }

    /// What the system states, so that nothing asks for a plan.
    private static let settings = CheckSettings(
        hold: .seconds(2),
        settle: .milliseconds(2),
        servers: Set(GeneratedHistory.servers),
        bounds: Bounds(recovery: .milliseconds(2)),
        mustBeReady: GeneratedHistory.servers + GeneratedHistory.clients,
        expectations: CheckSettings.holding(Guarantee.allCases)
    )

    private let folder: String
    /// The journal files as they were written.
    private let files: [(name: String, bytes: [UInt8])]
    /// The records of the whole history.
    let records: [Record]
    private let known: [RecordReference: Record]
    /// The judge of the whole history.
    let judge: Judge

    /// Writes the history that is damaged, in files of a real journald.
    ///
    /// - Throws: `JournalError` where there is no journald; a finding where the whole history is not proved.
    init(seed: UInt64, records count: Int = 2_600) throws {
        let folder = "/tmp/fuzz-evidence-\(getpid())-\(seed)"
        self.folder = folder
        Files.remove(folder)
        let written = try JournaledHistory.write(
            records: count,
            seed: seed,
            into: folder,
            fileSize: "1M",
            batched: true
        )
        files = try Files.entries(of: folder).sorted().map { name in
            (name, try Files.read("\(folder)/\(name)"))
        }
        let contents = try EvidenceInput.read(folder)
        records = Array(contents.records)
        known = Dictionary(uniqueKeysWithValues: records.map { (RecordReference($0), $0.unplaced) })
        let history = History(records: records, damage: contents.damage)
        judge = Judge(history, settings: Self.settings)
        guard records.count == written, files.count > 2 else {
            throw FuzzFinding(description: "\(records.count) of \(written) records were read")
        }
        for judgement in judge.outcome().judgements where judgement.verdict != .holds {
            throw FuzzFinding(
                description: "\(judgement.name) of the whole history: \(judgement.verdict)"
            )
        }
    }

    deinit {
        Files.remove(folder)
    }

    /// Damages the evidence once and judges what is left.
    ///
    /// - Throws: a `FuzzFinding` where that says too much.
    func run(seed: UInt64) throws -> Outcome {
        var random = SeededGenerator(seed: seed, stream: "damage")
        var outcome = Outcome()
        let contents: JournalContents
        if random.chance(3, in: 5) {
            var damage = FileDamage(files: files, random: random)
            outcome.what = damage.make()
            try put(damage.files)
            contents = try EvidenceInput.read(folder)
        } else {
            var damage = TextDamage(records: records, random: random)
            outcome.what = damage.make()
            let path = "\(folder)/records"
            Files.remove(path)
            try put([("records", damage.bytes)])
            contents = try EvidenceInput.read(path)
        }
        outcome.missing = try compare(contents, outcome.what)
        return outcome
    }

    /// Makes the folder's files these.
    private func put(_ files: [(name: String, bytes: [UInt8])]) throws {
        for name in try Files.entries(of: folder) { unlink("\(folder)/\(name)") }
        for file in files {
            let descriptor = open("\(folder)/\(file.name)", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
            guard descriptor >= 0 else {
                throw FuzzFinding(description: "cannot write to \(folder)")
            }
            defer { close(descriptor) }
            guard write(descriptor, file.bytes, file.bytes.count) == file.bytes.count else {
                throw FuzzFinding(description: "cannot write to \(folder)")
            }
        }
    }

    /// How many records are gone; what is there must be what was written, and what is concluded must not
    /// need what is gone.
    func compare(_ contents: JournalContents, _ what: String) throws -> Int {
        var missing = known
        for record in contents.records {
            let reference = RecordReference(record)
            guard known[reference] == record.unplaced else {
                throw FuzzFinding(description: "\(what): \(reference) says what nobody wrote")
            }
            missing[reference] = nil
        }
        let history = History(table: contents.records, damage: contents.damage)
        let outcome = Judge(history, settings: Self.settings).outcome()
        try weigh(outcome, missing: Array(missing.keys), what)
        return missing.count
    }

    /// Holds verdicts against what is gone.
    func weigh(_ outcome: RunOutcome, missing: [RecordReference], _ what: String) throws {
        let nodes = Set(missing.map(\.node)).sorted()
        for judgement in outcome.judgements {
            switch judgement.verdict {
            case .violated, .invalidExperiment, .notChecked:
                let finding = judgement.findings.first?.summary ?? ""
                throw FuzzFinding(
                    description: "\(what): \(judgement.name) is \(judgement.verdict): \(finding)"
                )
            case .holds:
                guard let guarantee = judgement.guarantee,
                    let node = nodes.first(where: { judge.needs($0, for: guarantee) })
                else { continue }
                throw FuzzFinding(
                    description:
                        "\(what): \(judgement.name) holds, but \(missing.count) records are gone, some of \(node)"
                )
            case .unproved:
                continue
            }
        }
    }
}

extension Record {
    /// The record without its place in the journal, which nothing seals.
    fileprivate var unplaced: Record {
        var record = self
        record.journalSequence = 0
        return record
    }
}
