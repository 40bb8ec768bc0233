namespace Ganglion.Supervision;

/// <summary>How a supervisor of this host is doing.</summary>
/// <param name="Name">Its name; the one that is above all others is called <see cref="SupervisorOptions.Root"/>.</param>
/// <param name="Supervisor">The supervisor that it is under; <see langword="null"/> for the root.</param>
/// <param name="Strategy">Whom it restarts when a child breaks.</param>
/// <param name="IsWorking">Whether it looks after its children; one that has given up waits to be restarted itself.</param>
/// <param name="Reason">Why it does not work, for people; <see langword="null"/> if it does.</param>
public sealed record SupervisorStatus(string Name, string? Supervisor, RestartStrategy Strategy, bool IsWorking, string? Reason);
