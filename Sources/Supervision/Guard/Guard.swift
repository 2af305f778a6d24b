/// The orchestrator's side of a run's guard: a process that ends what is left when we die.
public final class Guard: Sendable {
    /// Starts the guard of a run: `executable` with the arguments `guard RUN RUNTIMEPATH`.
    public static func start(
        executable: String,
        run: String,
        runtimePath: String
    ) throws -> Guard {
        Guard()
    }

    /// What the guard's own process does, with the arguments after the verb; it never returns.
    public static func run(arguments: [String]) -> Never {
        fatalError("guard")
    }

    /// Tells the guard of a process group that it must end if we die.
    public func register(processGroup: Int32) {}

    /// Ends the guard without a sweep: the run ended well.
    public func release() {}
}
