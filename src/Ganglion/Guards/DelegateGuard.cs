namespace Ganglion.Guards;

/// <summary>A guard without a class.</summary>
internal sealed class DelegateGuard(Func<GuardedEvent, CancellationToken, ValueTask<Verdict>> judge) : IGuard
{
    public ValueTask<Verdict> JudgeAsync(GuardedEvent guarded, CancellationToken cancellationToken) => judge(guarded, cancellationToken);
}
