import Evidence

/// The fault timeline: deliveries per second over the run, shaded by fault, one bar a fault below.
struct TimelineSVG {
    private let history: History
    private let throughput: Throughput
    private var bars: [Bar] = []
    private let omitted: Int

    private static let left = 58.0
    private static let right = 990.0
    private static let plotTop = 40.0
    private static let plotBottom = 200.0
    private static let laneHeight = 24.0
    /// How wide a character of a label is, about.
    private static let characterWidth = 6.1
    /// How many faults are drawn; the rest is named as a number.
    private static let faultsMax = 200

    /// A fault's bar with its label, and the lane in which neither meets another.
    private struct Bar {
        let fault: History.Fault
        let label: String
        let from: Double
        let to: Double
        let labelPlace: Double
        let labelIsBefore: Bool
        var lane = 0
    }

    init(_ history: History) {
        self.history = history
        throughput = Throughput(history)
        let faults = history.faults.sorted { $0.from < $1.from }
        omitted = max(0, faults.count - Self.faultsMax)
        var taken: [[(Double, Double)]] = []
        for fault in faults.prefix(Self.faultsMax) {
            var bar = bar(fault)
            let width = Double(bar.label.count) * Self.characterWidth
            let span =
                bar.labelIsBefore
                ? (bar.labelPlace - width, bar.to) : (bar.from, bar.labelPlace + width)
            let free = taken.firstIndex { lane in
                lane.allSatisfy { $0.1 + 8 < span.0 || span.1 + 8 < $0.0 }
            }
            bar.lane = free ?? taken.count
            if free == nil { taken.append([]) }
            taken[bar.lane].append(span)
            bars.append(bar)
        }
    }

    private func bar(_ fault: History.Fault) -> Bar {
        let from = place(fault.from)
        let to = max(from + 3, place(fault.until ?? history.end))
        let label = String("\(fault.id) \(fault.summary)".prefix(60))
        let width = Double(label.count) * Self.characterWidth
        // A label that would run out of the drawing ends before its bar, if there is room.
        let isBefore = to + 5 + width > Self.right && from - 5 - width > 0
        return Bar(
            fault: fault,
            label: label,
            from: from,
            to: to,
            labelPlace: isBefore ? from - 5 : min(to + 5, max(from + 4, Self.right - width)),
            labelIsBefore: isBefore
        )
    }

    /// The drawing as inline SVG.
    var text: String {
        let laneCount = (bars.map(\.lane).max() ?? -1) + 1
        let height = Self.plotBottom + 34 + Double(laneCount) * Self.laneHeight
        var svg = """
            <svg class="timeline" viewBox="0 0 1000 \(Self.number(height))" role="img" \
            aria-label="Deliveries per second over the run, with faults">

            """
        svg += shading + grid + curve + phases + barElements
        svg += "</svg>\n"
        if omitted > 0 {
            svg += "<p class=\"note\">\(Texts.grouped(omitted)) more faults are not drawn.</p>\n"
        }
        return svg
    }

    // MARK: Parts

    private var shading: String {
        bars.map { bar in
            """
            <rect class="shade \(Self.style(bar.fault.kind))" x="\(Self.number(bar.from))" \
            y="\(Self.number(Self.plotTop))" width="\(Self.number(bar.to - bar.from))" \
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
        let middle = Self.number((Self.plotTop + Self.plotBottom) / 2)
        return svg + """
            <text class="axis" text-anchor="middle" x="12" y="\(middle)" \
            transform="rotate(-90 12 \(middle))">deliveries per second</text>

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
        var rowEnds = [-Double.infinity, -Double.infinity, -Double.infinity]
        return history.phases.map { entry in
            let x = place(entry.time)
            let name = entry.phase.rawValue
            let width = Double(name.count) * Self.characterWidth
            let start = min(x + 3, 998 - width)
            // Labels of short phases go to a row of their own; the last row takes what is left.
            let row = rowEnds.firstIndex { $0 < start } ?? rowEnds.count - 1
            rowEnds[row] = start + width + 4
            return """
                <line class="phase" x1="\(Self.number(x))" x2="\(Self.number(x))" \
                y1="\(Self.number(Self.plotTop - 4))" y2="\(Self.number(Self.plotBottom))"/>
                <text class="phase" x="\(Self.number(start))" \
                y="\(Self.number(Self.plotTop - 6 - Double(row) * 12))">\(name)</text>

                """
        }.joined()
    }

    private var barElements: String {
        bars.map { bar in
            let y = Self.plotBottom + 26 + Double(bar.lane) * Self.laneHeight
            let from = Texts.seconds(bar.fault.from - history.start)
            let until =
                bar.fault.until.map { Texts.seconds($0 - history.start) } ?? "never seen healed"
            let links = (bar.fault.targets + bar.fault.links.map(\.description))
                .joined(separator: ", ")
            let title = Texts.xml(
                "\(bar.fault.id) \(bar.fault.kind) of \(links): \(from) to \(until)"
            )
            return """
                <g><title>\(title)</title>
                <rect class="bar \(Self.style(bar.fault.kind))" rx="3" \
                x="\(Self.number(bar.from))" y="\(Self.number(y))" \
                width="\(Self.number(bar.to - bar.from))" height="14"/>
                <text class="label" text-anchor="\(bar.labelIsBefore ? "end" : "start")" \
                x="\(Self.number(bar.labelPlace))" y="\(Self.number(y + 11))">\
                \(Texts.xml(bar.label))</text></g>

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
