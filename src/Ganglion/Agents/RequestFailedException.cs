namespace Ganglion.Agents;

/// <summary>
/// The agent that was called could not do what it was asked to: its handler has thrown, as often as it was tried. The caller gets the same
/// whenever it runs again.
/// </summary>
public sealed class RequestFailedException : GanglionException
{
    internal RequestFailedException(string request, string failure, string? reason, string message)
        : base("request-failed", $"The request '{request}' has failed: {message}")
    {
        Request = request;
        Failure = failure;
        Reason = reason;
    }

    /// <summary>The request, and the agent that was asked.</summary>
    public string Request { get; }

    /// <summary>The full name of the exception's type that the handler has thrown.</summary>
    public string Failure { get; }

    /// <summary>
    /// The <see cref="GanglionException.Code"/> of that exception, such as the one that was given to
    /// <see cref="UnprocessableEventException"/>; <see langword="null"/> if it has none.
    /// </summary>
    public string? Reason { get; }
}
