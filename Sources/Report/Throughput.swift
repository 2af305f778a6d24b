import Evidence

/// How many deliveries a run had in each stretch of its time.
///
/// The stretch is the shortest of 100 ms, 250 ms, 500 ms, 1 s, 2 s, 5 s … that gives at most 240 of
/// them, so a plot stays readable whatever the run's length.
struct Throughput {
    /// The length of a stretch in nanoseconds.
    let width: Int64
    /// Deliveries in each stretch, from the run's start.
    let deliveries: [Int]

    init(_ history: History) {
        let length = max(1, (history.end - history.start).nanoseconds)
        var width: Int64 = 100_000_000
        var step = 0
        // 64-bit time ends long before this does.
        while length / width >= 240 {
            width = step % 3 == 0 ? width * 5 / 2 : width * 2
            step += 1
        }
        self.width = width
        var deliveries = [Int](repeating: 0, count: Int(length / width) + 1)
        for delivery in history.deliveries {
            let time = (history.time(delivery.record) - history.start).nanoseconds
            deliveries[min(deliveries.count - 1, max(0, Int(time / width)))] += 1
        }
        self.deliveries = deliveries
    }

    /// Deliveries per second in each stretch.
    var perSecond: [Double] {
        deliveries.map { Double($0) * 1e9 / Double(width) }
    }

    /// A round number a little above the highest rate, for the top of an axis.
    var top: Double {
        let highest = (perSecond.max() ?? 0) * 1.04
        var top = 10.0
        for factor in Self.factors where highest > top {
            top = factor
        }
        return top
    }

    /// 20, 24, 30, 40, 50, 60, 80, 100, 200 … up to a billion: half of each is a whole number.
    private static let factors: [Double] = {
        var result: [Double] = []
        var power = 10.0
        while power < 1e9 {
            result += [2, 2.4, 3, 4, 5, 6, 8, 10].map { $0 * power }
            power *= 10
        }
        return result
    }()
}
