namespace Ganglion.Guards;

/// <summary>
/// Judges events on their way: lets them pass, changes them, blocks them, or sends them to a person. One object judges many events at once, so
/// it keeps nothing that two of them could get into each other's way with.
/// </summary>
public interface IGuard
{
    /// <summary>Judges an event.</summary>
    /// <param name="guarded">The event, and its text.</param>
    /// <param name="cancellationToken">Gives up: nobody waits for the verdict any more, or it has taken too long.</param>
    /// <returns>The verdict.</returns>
    /// <remarks>Whatever it throws means that the event is not judged, and so does not pass.</remarks>
    ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken);
}
