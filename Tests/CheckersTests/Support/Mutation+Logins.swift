import Evidence

extension Mutation {
    static let login: [Mutation] = [
        Mutation(name: "a name is registered twice", verdicts: ["R1": "violated"]) { run, random in
            guard let one = random.pick(run.indices(.registerFail)) else { return false }
            run.entries[one].event = .registerOK
            return true
        },
        Mutation(
            name: "a second registration, undecided, is shown by a login",
            verdicts: ["R1": "violated"]
        ) { run, random in
            guard let one = random.pick(run.indices(.registerFail)) else { return false }
            run.entries[one].event = .registerInfo
            insertLogin(after: one, secret: "other", &run)
            return true
        },
        Mutation(name: "a wrong secret is let in", verdicts: ["L2": "violated"]) { run, random in
            guard let one = random.pick(run.indices(.registerFail)) else { return false }
            insertLogin(after: one, secret: "guessed", &run)
            return true
        },
        Mutation(name: "a node is admitted with a wrong secret", verdicts: ["L2": "violated"]) {
            run,
            _ in
            for index in run.indices(.peerAdmitted) { run.entries[index].fields[.secret] = "no" }
            return true
        },
        Mutation(name: "a registration is forgotten", verdicts: ["R2": "violated"]) { run, random in
            let denied = run.indices(.loginFail) { $0.fields[.reason] == "cannot-tell" }
            guard let one = random.pick(denied) else { return false }
            run.entries[one].fields[.reason] = "unknown-user"
            return true
        },
        Mutation(name: "a user is logged in at two places", verdicts: ["L1": "violated"]) {
            run,
            random in
            let reference = Reference(run.records(), hold: 0, settle: 15_000)
            for one in random.shuffled(run.indices(.alive)) {
                let alive = run.entries[one]
                let since = alive.fields.integer(.since) ?? 0
                let user = alive.fields[.user] ?? ""
                let other = alive.node == "client.1" ? "client.2" : "client.1"
                guard user != "anonymous",
                    let place = run.indices(
                        .loginOK,
                        where: {
                            $0.node == alive.node && $0.fields[.session] == alive.fields[.session]
                        }
                    ).first,
                    let host = run.entries.indices.last(where: {
                        run.entries[$0].node == other && run.entries[$0].time < since
                    }),
                    run.entries[host].time > run.entries[place].time + 2,
                    ["client.1", "client.2", alive.node].allSatisfy({ node in
                        !reference.spans(node).contains {
                            $0.0 <= since && run.entries[host].time <= $0.1
                        }
                    })
                else { continue }
                run.entries[host].time -= 1
                insertLogin(after: host, user: user, secret: "s", &run, isAlive: true)
                return true
            }
            return false
        },
    ]

    /// A login that works, directly after another record, and the end of its session.
    private static func insertLogin(
        after index: Int,
        user: String? = nil,
        secret: String,
        _ run: inout Run,
        isAlive: Bool = false
    ) {
        let user = user ?? run.entries[index].fields[.user] ?? ""
        let fields: FieldValues = [.operation: "more", .user: user, .secret: secret]
        var opened = fields
        opened[.session] = "more"
        opened[.resumes] = "yes"
        let ended: FieldValues = [.user: user, .session: "more", .reason: "closed"]
        let time = run.entries[index].time
        if !isAlive {
            run.insert(after: index, .sessionEnded, ended)
        } else {
            // Alive one nanosecond after its login, by an answer that the record itself tells of.
            run.insert(
                after: index,
                .alive,
                [.user: user, .session: "more", .since: "\(time + 2)"]
            )
            run.entries[index + 1].time += 1
            var end = run.entries[index + 1]
            end.event = .sessionEnded
            end.fields = ended
            run.entries.insert(end, at: index + 2)
        }
        run.insert(after: index, .loginOK, opened)
        run.insert(after: index, .login, fields)
    }
}
