import Glibc

/// Histories of several sizes, in files that a real journald wrote, read and judged by `ordeal check`;
/// beside it what `journalctl` takes to write the same files out.
struct Benchmark {
    let options: Options

    /// What one history took.
    struct Row {
        let records: Int
        let bytes: Int
        let files: Int
        let run: ProcessRun
        /// Of each step milliseconds, in order.
        let steps: [(name: String, milliseconds: Double)]
        /// Records a second of `journalctl`, by output.
        let journalctl: [(output: String, rate: Double)]

        func seconds(_ step: String) -> Double {
            (steps.first { $0.name == step }?.milliseconds ?? 0) / 1000
        }

        var ingestRate: Double { Double(records) / max(seconds("read"), 1e-3) }
        var judgeRate: Double { Double(records) / max(seconds("judge"), 1e-3) }
        func rate(_ output: String) -> Double {
            journalctl.first { $0.output == output }?.rate ?? 0
        }
    }

    /// Measures all sizes; whether each target is met.
    func run() throws -> Bool {
        var rows: [Row] = []
        for size in options.sizes {
            let folder = "\(options.folder)/checkers-bench-\(getpid())-\(size)"
            defer { remove(folder) }
            rows.append(try measure(size, in: folder))
        }
        let page = Page(rows: rows)
        if let path = options.page { try Text.write(page.text, to: path) }
        Text.say(page.text)
        return page.isReached
    }

    private func measure(_ size: Int, in folder: String) throws -> Row {
        Text.complain("\(size) records: writing")
        let maker = try ProcessRun([
            "\(options.programs)/ordeal-fuzz", "history", "--records", "\(size)", "--into", folder,
        ])
        guard maker.code == 0 else { throw BenchError("no history: \(maker.complaints)") }
        // Into the page cache, so that no disk is measured.
        _ = try ProcessRun(["sh", "-c", "cat \(folder)/* > /dev/null"])
        Text.complain("\(size) records: checking")
        let check = try ProcessRun(["\(options.programs)/ordeal", "check", folder, "--timing"])
        guard check.code == 0 else {
            throw BenchError("check ended with \(check.code): \(check.complaints)")
        }
        var steps: [(name: String, milliseconds: Double)] = []
        var records = 0
        for line in check.complaints.split(separator: "\n") where line.hasPrefix("timing: ") {
            let words = line.split(separator: " ")
            guard words.count >= 5, let time = Double(words[2]) else { continue }
            if words[1] == "records" {
                records = Int(time)
            } else {
                steps.append((String(words[1]), time))
            }
        }
        let names = Self.files(in: folder)
        guard let first = names.first else { throw BenchError("\(folder) holds no file") }
        var journalctl: [(output: String, rate: Double)] = []
        for output in ["export", "json"] {
            Text.complain("\(size) records: journalctl -o \(output)")
            // Of one file, which is enough for a rate.
            let file = "--file=\(folder)/\(first)"
            let lines = try ProcessRun([
                "sh", "-c", "journalctl \(file) -q -o cat --output-fields=PRIORITY | wc -l >&2",
            ])
            let entries = lines.complaints.split { $0 == "\n" || $0 == " " }.first
            let run = try ProcessRun(["journalctl", file, "-q", "-o", output])
            journalctl.append((output, (entries.flatMap { Double($0) } ?? 0) / run.wall))
        }
        let bytes = names.reduce(0) { $0 + Self.size("\(folder)/\($1)") }
        return Row(
            records: records,
            bytes: bytes,
            files: names.count,
            run: check,
            steps: steps,
            journalctl: journalctl
        )
    }

    private static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// The journal files of a folder, oldest first.
    private static func files(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".journal") { names.append(name) }
        }
        let archived = names.filter { $0.contains("@") }.sorted()
        return archived + names.filter { !$0.contains("@") }
    }

    private func remove(_ folder: String) {
        for name in Self.files(in: folder) { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }
}
