namespace Ganglion.Agents;

/// <summary>
/// A handler was cancelled by a <see cref="Routes.Pause"/> that cancels what is in hand. That is no failure: its event is handled anew when it is no
/// longer paused. Middleware around the handler sees it.
/// </summary>
public sealed class HandlerPausedException : GanglionException
{
    /// <summary>Creates the exception, with the code <c>handler-paused</c>.</summary>
    /// <param name="message">Which handler it was.</param>
    /// <param name="inner">How the handler has ended; <see langword="null"/>: it was not called, or has not ended yet.</param>
    public HandlerPausedException(string message, Exception? inner = null)
        : base("handler-paused", message, inner)
    {
    }
}
