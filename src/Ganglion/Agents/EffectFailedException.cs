namespace Ganglion.Agents;

/// <summary>An effect has failed for good. The failure is recorded: the handler gets the same one whenever it runs.</summary>
public sealed class EffectFailedException : GanglionException
{
    internal EffectFailedException(string effect, string failure, string message)
        : base("effect-failed", $"The effect '{effect}' has failed: {message}")
    {
        Effect = effect;
        Failure = failure;
    }

    /// <summary>The name of the effect.</summary>
    public string Effect { get; }

    /// <summary>The full name of the exception's type that the effect has thrown.</summary>
    public string Failure { get; }
}
