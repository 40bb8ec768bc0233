namespace Ganglion.Agents;

/// <summary>A question or a call has not been answered in time. The handler gets the same whenever it runs again.</summary>
public sealed class RequestTimeoutException : GanglionException
{
    internal RequestTimeoutException(string message)
        : base("request-timeout", message)
    {
    }
}
