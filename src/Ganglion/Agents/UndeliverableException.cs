namespace Ganglion.Agents;

/// <summary>Nobody hosts the agent that was called, and nobody ever has. The caller gets the same whenever it runs again.</summary>
public sealed class UndeliverableException : GanglionException
{
    internal UndeliverableException(string message)
        : base("undeliverable", message)
    {
    }
}
