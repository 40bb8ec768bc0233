namespace Ganglion.Agents;

/// <summary>
/// Nobody waits for it any more: the caller of this handler has given up, so that what the handler waits for is cancelled; or the handler
/// itself has cancelled what it waited for.
/// </summary>
public sealed class RequestCancelledException : OperationCanceledException
{
    internal RequestCancelledException(string message)
        : base(message)
    {
    }
}
