/// Finds the cases in which a guarantee was broken; whether that decides is the judge's matter.
protocol Detector {
    /// Whose records its conclusions rest on.
    static var sources: Set<EvidenceSource> { get }

    /// Goes through the history once and notes what it finds.
    static func detect(_ context: CheckContext, _ findings: inout Findings)
}

extension Guarantee {
    /// What checks it.
    var detector: any Detector.Type {
        switch self {
        case .noLoss: NoLoss.self
        case .noDuplication: NoDuplication.self
        case .noCreation: NoCreation.self
        case .addressing: Addressing.self
        case .noResurrection: NoResurrection.self
        case .fifo: Fifo.self
        case .uniqueRegistration: UniqueRegistration.self
        case .durableRegistration: DurableRegistration.self
        case .singleLogin: SingleLogin.self
        case .authentication: Authentication.self
        case .processes: Processes.self
        case .evidence: CompleteEvidence.self
        case .experiment: Experiment.self
        case .causal: Causal.self
        case .total: Total.self
        case .singleMaster: SingleMaster.self
        case .oneSupervisor: OneSupervisor.self
        case .balance: Balance.self
        case .availability: Availability.self
        case .recovery: Recovery.self
        case .latency: Latency.self
        }
    }
}
