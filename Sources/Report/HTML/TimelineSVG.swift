import Evidence

/// The fault timeline: deliveries per second over the run, shaded by fault, one bar a fault below.
struct TimelineSVG {
    private let history: History
    private let throughput: Throughput
    private let lanes: [(fault: History.Fault, lane: Int)]
    private let omitted: Int

    private static let left = 58.0
    private static let right = 990.0
    private static let plotTop = 26.0
    private static let plotBottom = 190.0
    private static let laneHeight = 24.0
    /// How many faults are drawn; the rest is named as a number.
    private static let faultsMax = 200

    init(_ history: History) {
        self.history = history
        throughput = Throughput(history)
        var laneEnds: [Instant] = []
        var lanes: [(History.Fault, Int)] = []
        let faults = history.faults.sorted { $0.from < $1.from }
        // A bar takes the first lane that is free by then; its label needs room too.
        let room = Duration.nanoseconds((history.end - history.start).nanoseconds / 5)
        for fault in faults.prefix(Self.faultsMax) {
            let end = max(fault.until ?? history.end, fault.from + room)
            if let lane = laneEnds.firstIndex(where: { $0 <= fault.from }) {
                laneEnds[lane] = end
                lanes.append((fault, lane))
            } else {
                lanes.append((fault, laneEnds.count))
                laneEnds.append(end)
            }
        }
        self.lanes = lanes
        omitted = faults.count - lanes.count
    }

    /// The drawing as inline SVG.
    var text: String {
        let laneCount = (lanes.map(\.lane).max() ?? -1) + 1
        let height = Self.plotBottom + 34 + Double(laneCount) * Self.laneHeight
        var svg = """
            <svg class="timeline" viewBox="0 0 1000 \(Self.number(height))" role="img" \
            aria-label="Deliveries per second over the run, with faults">

            """
        svg += shading + grid + curve + phases + bars
        svg += "</svg>\n"
        if omitted > 0 {
            svg += "<p class=\"note\">\(Texts.grouped(omitted)) more faults are not drawn.</p>\n"
        }
        return svg
    }

    // MARK: Parts

    private var shading: String {
        lanes.map { fault, _ in
            let (from, to) = edges(fault)
            return """
                <rect class="shade \(Self.style(fault.kind))" x="\(Self.number(from))" \
                y="\(Self.number(Self.plotTop))" width="\(Self.number(max(1, to - from)))" \
                height="\(Self.number(Self.plotBottom - Self.plotTop))"/>

                """
        }.joined()
    }

    private var grid: String {
        var svg = ""
        for step in 0...2 {
            let value = throughput.top * Double(step) / 2
            let y = Self.plotBottom - (Self.plotBottom - Self.plotTop) * Double(step) / 2
            svg += """
                <line class="grid" x1="\(Self.number(Self.left))" x2="\(Self.number(Self.right))" \
                y1="\(Self.number(y))" y2="\(Self.number(y))"/>
                <text class="axis" text-anchor="end" x="\(Self.number(Self.left - 6))" \
                y="\(Self.number(y + 4))">\(Texts.grouped(Int(value)))</text>

                """
        }
        for second in ticks {
            let x = place(history.start + .nanoseconds(second * 1_000_000_000))
            svg += """
                <text class="axis" text-anchor="middle" x="\(Self.number(x))" \
                y="\(Self.number(Self.plotBottom + 16))">\(second) s</text>

                """
        }
        return svg + """
            <text class="axis" x="\(Self.number(Self.left))" y="12">deliveries per second</text>

            """
    }

    private var curve: String {
        let rates = throughput.perSecond
        var points: [String] = []
        for (index, rate) in rates.enumerated() {
            let y =
                Self.plotBottom - (Self.plotBottom - Self.plotTop) * rate / throughput.top
            for edge in [index, index + 1] {
                let time = history.start + .nanoseconds(Int64(edge) * throughput.width)
                points.append("\(Self.number(place(min(time, history.end)))),\(Self.number(y))")
            }
        }
        let first = "\(Self.number(Self.left)),\(Self.number(Self.plotBottom))"
        let last = "\(Self.number(Self.right)),\(Self.number(Self.plotBottom))"
        let line = points.joined(separator: " ")
        return """
            <polygon class="area" points="\(first) \(line) \(last)"/>
            <polyline class="curve" points="\(line)"/>

            """
    }

    private var phases: String {
        history.phases.map { entry in
            let x = Self.number(place(entry.time))
            return """
                <line class="phase" x1="\(x)" x2="\(x)" y1="\(Self.number(Self.plotTop))" \
                y2="\(Self.number(Self.plotBottom))"><title>\(entry.phase.rawValue)</title></line>
                <text class="phase" x="\(Self.number(place(entry.time) + 3))" \
                y="\(Self.number(Self.plotTop - 3))" \
                transform="rotate(-16 \(x) \(Self.number(Self.plotTop)))">\(entry.phase.rawValue)</text>

                """
        }.joined()
    }

    private var bars: String {
        lanes.map { fault, lane in
            let (from, to) = edges(fault)
            let y = Self.plotBottom + 26 + Double(lane) * Self.laneHeight
            let time = "\(Texts.seconds(fault.from - history.start))"
            let until = fault.until.map { Texts.seconds($0 - history.start) } ?? "never seen healed"
            let label = Texts.xml("\(fault.id) \(fault.summary)")
            // A label that would run out of the drawing ends before its bar.
            let isLate = from > (Self.left + Self.right) * 0.62
            let labelPlace = isLate ? from - 5 : to + 5
            return """
                <g><title>\(label): \(time) to \(until)</title>
                <rect class="bar \(Self.style(fault.kind))" rx="3" x="\(Self.number(from))" \
                y="\(Self.number(y))" width="\(Self.number(max(3, to - from)))" height="14"/>
                <text class="label" text-anchor="\(isLate ? "end" : "start")" \
                x="\(Self.number(labelPlace))" y="\(Self.number(y + 11))">\
                \(Texts.xml(String("\(fault.id) \(fault.summary)".prefix(60))))</text></g>

                """
        }.joined()
    }

    // MARK: Geometry

    /// Whole seconds at which the time axis is labelled: at most some ten.
    private var ticks: [Int64] {
        let seconds = (history.end - history.start).nanoseconds / 1_000_000_000
        var step: Int64 = 1
        for next: Int64 in [2, 5, 10, 30, 60, 300, 600, 3600, 36000, 360_000]
        where seconds / step > 12 {
            step = next
        }
        guard seconds / step <= 1000 else { return [0, seconds] }
        return Array(stride(from: 0, through: seconds, by: Int(step)))
    }

    private func edges(_ fault: History.Fault) -> (Double, Double) {
        (place(fault.from), place(fault.until ?? history.end))
    }

    private func place(_ time: Instant) -> Double {
        let length = Double(max(1, (history.end - history.start).nanoseconds))
        let part = Double((time - history.start).nanoseconds) / length
        return Self.left + (Self.right - Self.left) * min(1, max(0, part))
    }

    /// The style class of a kind of fault.
    private static func style(_ kind: String) -> String {
        switch kind {
        case "kill": "kill"
        case "cut": "cut"
        case _: "other"
        }
    }

    /// A number with one decimal: what a drawing needs, and the same text everywhere.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0
            ? String(tenths / 10) : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
