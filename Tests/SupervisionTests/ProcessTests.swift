import Testing

/// Tests with real processes, each in a process of its own.
@Suite(
    "With real processes",
    .serialized,
    .alone("ProcessTests"),
    .timeLimit(.minutes(10))
)
struct ProcessTests {}
