namespace Ganglion.Agents;

/// <summary>
/// A handler has called an agent that nobody has ever hosted, and gets the same whenever it runs again; or application code has sent a message
/// to an agent that nobody hosts now.
/// </summary>
public sealed class UndeliverableException : GanglionException
{
    internal UndeliverableException(string message)
        : base("undeliverable", message)
    {
    }
}
