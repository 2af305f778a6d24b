import Evidence
import Messaging

/// Faults: who is hit is found out when they begin.
extension Simulation {
    /// How often a kill that would lose what nobody else has is tried again, and how long it waits.
    private static let attemptsMax = 12
    private var attemptEvery: Duration { plan.hold / 4 }

    func id(_ number: Int) -> String { "fault.\(number + 1)" }

    func resolve(_ victim: SimulatedFault.Victim) -> Int {
        switch victim {
        case .server(let number): return number - 1
        case .master:
            let masters = serverPlaces.filter { nodes[$0]?.server?.core.currentRole == .master }
            let running = masters.filter { nodes[$0]?.isRunning ?? false }
            return running.max { epoch($0) < epoch($1) } ?? 0
        case .superPeer(let number):
            let serving = serverPlaces.filter { nodes[$0]?.isServing ?? false }
            return serving.isEmpty ? 0 : serving[number % serving.count]
        }
    }

    private func epoch(_ place: Int) -> (Int64, Int) {
        (nodes[place]?.server?.core.epochNumber ?? 0, place)
    }

    mutating func apply(_ number: Int, _ attempt: Int) {
        switch plan.faults[number].what {
        case .kill(let victims, let pause):
            killAll(Array(Set(victims.map(resolve))).sorted(), number, attempt, pause)
        case .killAll(let pause, let gap, let withoutDisks):
            killEverything(number, attempt, pause, gap, withoutDisks)
        case .killCutOff(let victim, let ways, let after, let pause):
            let place = resolve(victim)
            guard mayCut(for: after + pause, number, attempt) else { return }
            cut(links(.others(of: .server(place + 1)), ways), .blackhole, number)
            queue.add(.killCutOff(number, node: place), at: now + after)
        case .killClient(let client, let pause):
            kill(plan.servers + client - 1, number, pause)
        case .stop(let victim, let pause):
            stop(resolve(victim), number, attempt, pause)
        case .cut(let ends, let ways, let how, let duration):
            if !ends.isClient {
                guard mayCut(for: duration, number, attempt) else { return }
            }
            cut(links(ends, ways), how, number)
            queue.add(.heal(number), at: now + duration)
        case .lose(let ends):
            lose(links(ends, .both), number)
            openFaults -= 1
        case .slow(let ends, let ways, let by, let duration):
            slow(links(ends, ways), by, number)
            queue.add(.heal(number), at: now + duration)
        }
    }

    // MARK: Processes

    /// Whether nothing that is held is lost with these: somebody else who serves has stored it. As long
    /// as one super-peer stays alive, on each side of a partition until the sides have met, that is all
    /// that is promised.
    private func isSafe(_ victims: [Int]) -> Bool {
        let survivors = serverPlaces.filter { place in
            nodes[place].map { $0.isServing && $0.isAlive && !victims.contains(place) } ?? false
        }.compactMap { nodes[$0] }
        let staying = Set(survivors.compactMap { $0.server?.core.lifeID })
        return victims.allSatisfy { place in
            guard let victim = nodes[place], victim.isServing else { return true }
            if victim.server?.core.isMeeting ?? false { return false }
            // Sides that have not met are one side each: who is not linked with it does not count.
            let linked = victim.server?.core.linkedIDs ?? []
            let others = survivors.filter { linked.contains($0.server?.core.lifeID ?? "") }
            // Without this mechanism it takes for held what nobody else has.
            guard plan.mechanisms.contains(.heldBeforeAnswer) else { return !others.isEmpty }
            return others.contains { victim.isSpared(by: $0, staying: staying) }
        }
    }

    private func losesDisk(_ number: Int, isForGood: Bool = false) -> Bool {
        plan.faults[number].losesDisks || isForGood
    }

    /// Whether servers may die by a fault: those who come back with their disks lose nothing. But who was cut
    /// off, or goes down with all others of its side, is aside for longer by the time that it is down: users
    /// who go over from it may miss messages then, docs/messaging.md says so.
    private func mayDie(_ victims: [Int], _ number: Int, _ pause: Duration?) -> Bool {
        guard plan.isDurable else { return isSafe(victims) }
        let losesDisk = losesDisk(number, isForGood: pause == nil)
        let mustBeHeld = losesDisk || pause ?? .zero > plan.hold || !isShort(pause ?? .zero)
        let others = serverPlaces.filter { !victims.contains($0) }
        let someoneServes = others.contains { place in
            nodes[place].map { $0.isServing && $0.isAlive } ?? false
        }
        return (!mustBeHeld || isSafe(victims))
            && (someoneServes || canServeAgain(without: losesDisk ? victims : []))
    }

    /// Whether a majority of the last epoch's voters is there, or comes back with its disk, where these
    /// do not: without it nobody serves once all were down, but by an operator's word.
    private func canServeAgain(without lost: [Int]) -> Bool {
        let last = serverPlaces.compactMap { nodes[$0] }.max {
            $0.server?.core.epochNumber ?? 0 < $1.server?.core.epochNumber ?? 0
        }
        let voters = last?.server?.core.voterIDs ?? []
        let back = serverPlaces.filter { place in
            // An epoch that a voter has not heard of yet does not help it.
            guard let node = nodes[place], !lost.contains(place), !node.losesDisk,
                node.server?.core.epochNumber == last?.server?.core.epochNumber
            else { return false }
            return voters.contains(node.server?.core.lifeID ?? "")
        }
        return plan.registration == .available || back.count > voters.count / 2
    }

    /// The servers whose disks are lost when all die: by chance, as long as what they hold is on the
    /// disk of another one and a majority of the voters is left.
    private func disksToLose(_ number: Int) -> [Int] {
        var chance = SeededGenerator(seed: plan.seed, stream: "disks.\(id(number))")
        var lost: [Int] = []
        for place in chance.shuffled(Array(serverPlaces)) where chance.chance(1, in: 2) {
            let victims = lost + [place]
            if isSafe(victims), canServeAgain(without: victims) { lost = victims }
        }
        return lost
    }

    /// Whether a node is there to be hit: one that never got ready would leave its last end unhealed.
    private func isUp(_ place: Int) -> Bool {
        nodes[place].map { $0.isAlive && $0.isReady } ?? false
    }

    /// Tries a fault again a little later, while that is worth it; whether it will.
    mutating func tryLater(_ number: Int, _ attempt: Int) {
        if attempt < Self.attemptsMax {
            queue.add(.fault(number, attempt: attempt + 1), at: now + attemptEvery)
        } else {
            openFaults -= 1
        }
    }

    private mutating func killAll(
        _ victims: [Int],
        _ number: Int,
        _ attempt: Int,
        _ pause: Duration?
    ) {
        let living = victims.filter { isUp($0) }
        guard mayDie(living, number, pause), !living.isEmpty else {
            tryLater(number, attempt)
            return
        }
        for (index, place) in living.enumerated() {
            let suffix = index == 0 ? "" : ".\(index + 1)"
            nodes[place]?.losesDisk = losesDisk(number, isForGood: pause == nil)
            killNow(place, id(number) + suffix, pause)
        }
        if pause == nil { openFaults -= 1 }
        if let pause { queue.add(.heal(number), at: now + pause) }
    }

    /// Kills every server: their disks have what they hold.
    private mutating func killEverything(
        _ number: Int,
        _ attempt: Int,
        _ pause: Duration,
        _ gap: Duration,
        _ withoutDisks: [Int]
    ) {
        guard serverPlaces.allSatisfy({ isUp($0) }), canServeAgain(without: []) else {
            tryLater(number, attempt)
            return
        }
        var lost = Set(withoutDisks.map { $0 - 1 })
        if plan.faults[number].losesDisks { lost.formUnion(disksToLose(number)) }
        for place in serverPlaces {
            nodes[place]?.losesDisk = lost.contains(place)
            let suffix = place == 0 ? "" : ".\(place + 1)"
            killNow(place, id(number) + suffix, pause + gap * place)
        }
        queue.add(.heal(number), at: now + pause + gap * plan.servers)
    }

    private mutating func kill(_ place: Int, _ number: Int, _ pause: Duration) {
        guard isUp(place) else {
            openFaults -= 1
            return
        }
        killNow(place, id(number), pause)
        queue.add(.heal(number), at: now + pause)
    }

    /// Kills a server that is cut off, where nobody lost anything with it.
    mutating func killCutOff(_ number: Int, _ place: Int) {
        guard case .killCutOff(_, _, _, let pause) = plan.faults[number].what else { return }
        if isUp(place), mayDie([place], number, pause) {
            nodes[place]?.losesDisk = losesDisk(number)
            killNow(place, id(number) + ".kill", pause)
        }
        queue.add(.heal(number), at: now + pause)
    }

    private mutating func killNow(_ place: Int, _ fault: String, _ pause: Duration?) {
        guard let node = nodes[place] else { return }
        orchestrate(
            .faultIntended,
            [.fault: fault, .faultKind: "kill", .target: node.name]
        )
        node.fault = fault
        targetOfFault[fault] = node.name
        // It dies in the middle of what it does next.
        var chance = SeededGenerator(seed: plan.seed, stream: "death.\(fault).\(node.name)")
        node.diesAfter = chance.below(6)
        queue.add(
            .event(node: place, incarnation: node.incarnation, .timer(TimerID(kind: 1))),
            at: now + .milliseconds(1)
        )
        if let pause { queue.add(.restart(node: place), at: now + .milliseconds(2) + pause) }
    }

    /// Asks a server to end, and starts it again.
    private mutating func stop(_ place: Int, _ number: Int, _ attempt: Int, _ pause: Duration) {
        guard let node = nodes[place], isUp(place), mayDie([place], number, pause) else {
            tryLater(number, attempt)
            return
        }
        let fields: FieldValues = [.fault: id(number), .faultKind: "stop", .target: node.name]
        orchestrate(.faultIntended, fields)
        node.fault = id(number)
        targetOfFault[id(number)] = node.name
        node.isAsked = true
        tell(place, node.incarnation, .control(.stop))
        orchestrate(.faultApplied, fields)
        orchestrate(.faultVerified, fields)
        queue.add(.restart(node: place), at: now + pause)
        queue.add(.heal(number), at: now + pause)
    }

    // MARK: Links

    private mutating func cut(_ links: [Link], _ how: SimulatedFault.How, _ number: Int) {
        let fault = id(number)
        let fields: FieldValues = [.fault: fault, .faultKind: "cut", .link: Link.text(links)]
        orchestrate(.faultIntended, fields)
        linksOfFault[fault] = links
        for place in places(of: links) { gates[place, default: [:]][fault] = how }
        gatesChanged(links)
        orchestrate(.faultApplied, fields)
        orchestrate(.faultVerified, fields)
    }

    private mutating func lose(_ links: [Link], _ number: Int) {
        let fields: FieldValues = [
            .fault: id(number), .faultKind: "reset", .link: Link.text(links),
        ]
        orchestrate(.faultIntended, fields)
        for index in connections(over: links) { breakOff(index) }
        for kind in [EventKind.faultApplied, .faultVerified, .faultHealed, .faultHealVerified] {
            orchestrate(kind, fields)
        }
    }

    private mutating func slow(_ links: [Link], _ by: Duration, _ number: Int) {
        let fault = id(number)
        let fields: FieldValues = [.fault: fault, .faultKind: "slow", .link: Link.text(links)]
        orchestrate(.faultIntended, fields)
        linksOfFault[fault] = links
        for place in places(of: links) { lags[place, default: [:]][fault] = by }
        orchestrate(.faultApplied, fields)
        orchestrate(.faultVerified, fields)
    }

    mutating func heal(_ number: Int) {
        openFaults -= 1
        let fault = id(number)
        switch plan.faults[number].what {
        case .kill, .killAll, .killClient:
            healed(fault, "kill")
        case .stop:
            healed(fault, "stop")
        case .killCutOff:
            healLinks(fault, "cut")
            cutHealed(number)
        case .cut:
            healLinks(fault, "cut")
            cutHealed(number)
        case .slow:
            healLinks(fault, "slow")
        case .lose:
            break
        }
    }

    private mutating func healed(_ fault: String, _ kind: String) {
        var fields: FieldValues = [.fault: fault, .faultKind: kind]
        fields[.target] = targetOfFault.removeValue(forKey: fault)
        orchestrate(.faultHealed, fields)
        orchestrate(.faultHealVerified, fields)
    }

    private mutating func healLinks(_ fault: String, _ kind: String) {
        let links = linksOfFault.removeValue(forKey: fault) ?? []
        let fields: FieldValues = [.fault: fault, .faultKind: kind, .link: Link.text(links)]
        orchestrate(.faultHealed, fields)
        for place in places(of: links) {
            gates[place]?[fault] = nil
            if gates[place]?.isEmpty ?? false { gates[place] = nil }
            lags[place]?[fault] = nil
            if lags[place]?.isEmpty ?? false { lags[place] = nil }
        }
        gatesChanged(links)
        orchestrate(.faultHealVerified, fields)
    }

    private func places(of links: [Link]) -> [Int] {
        links.compactMap { link in
            guard let from = place(link.from), let to = place(link.to) else { return nil }
            return self.link(from, to)
        }
    }

    private func links(_ ends: SimulatedFault.Ends, _ ways: SimulatedFault.Ways) -> [Link] {
        let ones: [Int]
        var others = Array(serverPlaces)
        switch ends {
        case .pair(let first, let second):
            ones = [resolve(first)]
            others = [resolve(second)]
        case .others(let victim):
            ones = [resolve(victim)]
        case .groups(let numbers):
            ones = numbers.map { $0 - 1 }
        case .client(let number):
            ones = [plan.servers + number - 1]
        }
        return ones.flatMap { one in
            others.filter { !ones.contains($0) }.flatMap { other -> [Link] in
                let out = Link(from: names[one], to: names[other])
                switch ways {
                case .both: return [out, out.reversed]
                case .out: return [out]
                case .in: return [out.reversed]
                }
            }
        }
    }
}
