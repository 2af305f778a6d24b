/// Figures as texts.
enum Texts {
    /// A number with so many digits after the point.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let rounded = (value * scale).rounded()
        guard rounded.isFinite, rounded.magnitude < 1e15 else { return "?" }
        let whole = Int64(rounded)
        let sign = whole < 0 ? "-" : ""
        let text = String(whole.magnitude)
        guard digits > 0 else { return sign + text }
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        return "\(sign)\(padded.dropLast(digits)).\(padded.suffix(digits))"
    }

    /// Thousands, for example `612 k`.
    static func thousands(_ value: Double) -> String { fixed(value / 1000, value < 10_000 ? 1 : 0) }

    /// Nanoseconds as microseconds.
    static func microseconds(_ nanoseconds: Int64) -> String {
        fixed(Double(nanoseconds) / 1000, 0)
    }

    /// The cost of idleness, for whoever watches.
    static func line(_ idle: Idle) -> String {
        "\(idle.system) idle: \(fixed(idle.clientKiB, 1)) KiB a client, \(idle.serverKiB) KiB alone, starts in "
            + "\(fixed(idle.startMilliseconds, 1)) ms"
    }

    /// A row for whoever watches.
    static func line(_ row: Row) -> String {
        let flow = row.throughput
        var text = "\(row.system) \(row.shape.servers) server(s) \(row.shape.senders) -> "
        text += "\(row.shape.receivers): \(thousands(flow.rate)) k/s, "
        text += "\(fixed(flow.microsecondsEach, 2)) us of CPU each, p50 "
        text +=
            "\(microseconds(row.latency.median)) us, p99 \(microseconds(row.latency.percentile99)) us, "
        text += "load generator \(fixed(flow.loadShare * 100, 0)) %"
        if flow.echoed > 0 {
            text += ", echoes \(thousands(Double(flow.echoed) / flow.seconds)) k/s"
        }
        if flow.lost + row.latency.lost > 0 { text += ", LOST \(flow.lost + row.latency.lost)" }
        if flow.disorder > 0 { text += ", OUT OF ORDER \(flow.disorder)" }
        return text
    }
}
