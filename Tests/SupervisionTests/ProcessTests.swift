import Testing

/// Tests with real processes: one at a time, since they look at this process's children and
/// descriptors.
@Suite("With real processes", .serialized, .timeLimit(.minutes(1)))
struct ProcessTests {}
