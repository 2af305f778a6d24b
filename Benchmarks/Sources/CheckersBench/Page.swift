import Glibc

/// The page of the measurements.
struct Page {
    let rows: [Benchmark.Row]

    /// What must be reached, by the greatest history.
    private var targets: [(what: String, wanted: String, measured: String, isReached: Bool)] {
        guard let last = rows.max(by: { $0.records < $1.records }) else { return [] }
        let size = "\(last.records) records"
        var result = [
            target(
                "\(size): judging, all guarantees, million records/s on one core",
                last.judgeRate / 1e6,
                least: 1
            ),
            target(
                "\(size): reading, against `journalctl -o json`",
                last.ingestRate / max(1, last.rate("json")),
                least: 20
            ),
            target(
                "\(size): reading, against `journalctl -o export`",
                last.ingestRate / max(1, last.rate("export")),
                least: 1
            ),
        ]
        if last.records > 5_000_000 {
            result.append(target("\(size): seconds in all", last.run.wall, most: 30))
            result.append(
                target(
                    "\(size): memory of its own, GiB",
                    Double(last.run.ownKiB) / 1_048_576,
                    most: 2
                )
            )
        }
        let sorted = rows.sorted { $0.records < $1.records }
        for (small, great) in zip(sorted, sorted.dropFirst()) where small.records >= 900_000 {
            let growth = Double(great.records) / Double(small.records)
            let time = great.run.cpu / small.run.cpu / growth
            let what =
                "CPU of \(great.records) records, by that of \(small.records) and the ratio of sizes"
            result.append(target(what, time, most: 1.5))
        }
        return result
    }

    /// Whether every target is met.
    var isReached: Bool { targets.allSatisfy(\.isReached) }

    private func target(
        _ what: String,
        _ measured: Double,
        least: Double? = nil,
        most: Double? = nil
    ) -> (what: String, wanted: String, measured: String, isReached: Bool) {
        let wanted =
            least.map { "≥ \(Text.decimal($0, 1))" } ?? most.map { "≤ \(Text.decimal($0, 1))" }
            ?? ""
        let isReached =
            (least.map { measured >= $0 } ?? true) && (most.map { measured <= $0 } ?? true)
        return (what, wanted, Text.decimal(measured, 2), isReached)
    }

    var text: String {
        var text = """
            # Benchmarks of reading and judging

            Written by `ci/bench checkers`: generated histories in which every guarantee holds, written to real
            journal files by a journald of their own, then read and judged by `ordeal check`, all 21 guarantees.
            `journalctl` writes the first of the same files out, to nowhere, in the same run. Files are in the page
            cache before. Rates depend on the machine and on what else it does.

            - Date: \(Self.today)
            \(Self.machine.map { "- \($0)" }.joined(separator: "\n"))

            ## Targets
            | what | wanted | measured | |
            |---|---|---|---|

            """
        for target in targets {
            let word = target.isReached ? "reached" : "not yet"
            text += "| \(target.what) | \(target.wanted) | \(target.measured) | \(word) |\n"
        }
        text += """

            ## Whole runs
            | records | files | GB | seconds | CPU s | own memory MiB | mapped MiB |
            |---|---|---|---|---|---|---|

            """
        for row in rows {
            let cells = [
                "\(row.records)", "\(row.files)", Text.decimal(Double(row.bytes) / 1e9, 2),
                Text.decimal(row.run.wall, 2), Text.decimal(row.run.cpu, 2),
                "\(row.run.ownKiB / 1024)", "\(row.run.mappedKiB / 1024)",
            ]
            text += "| \(cells.joined(separator: " | ")) |\n"
        }
        text += """

            ## Steps
            Reading uses all cores, the rest one. Thousand records a second.

            | records | read | relate | judge | `journalctl -o export` | `journalctl -o json` |
            |---|---|---|---|---|---|

            """
        for row in rows {
            let rates = [
                row.ingestRate, Double(row.records) / max(row.seconds("relate"), 1e-3),
                row.judgeRate,
                row.rate("export"), row.rate("json"),
            ]
            let cells = ["\(row.records)"] + rates.map { Text.decimal($0 / 1000, 0) }
            text += "| \(cells.joined(separator: " | ")) |\n"
        }
        guard let last = rows.max(by: { $0.records < $1.records }) else { return text }
        text += """

            ## Checkers
            Of \(last.records) records.

            | guarantee | ms |
            |---|---|

            """
        for step in last.steps where !["read", "relate", "judge"].contains(step.name) {
            text += "| \(step.name) | \(Text.decimal(step.milliseconds, 0)) |\n"
        }
        return text
    }

    private static var machine: [String] {
        let model =
            Text.read("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.drop { $0 == " " } } ?? "unknown processor"
        let kernel = Text.read("/proc/sys/kernel/osrelease").split(separator: "\n").first ?? ""
        let load = Text.read("/proc/loadavg").split(separator: " ").first ?? "?"
        return [
            "\(model), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores", "Linux \(kernel)",
            "load average after the run \(load)",
        ]
    }

    private static var today: String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(1900 + parts.tm_year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }
}
