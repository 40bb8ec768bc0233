namespace Ganglion.Models;

/// <summary>None of the clients of a <see cref="FallbackChatClient"/> has answered: the message says why each has not. Try again later.</summary>
public sealed class ModelUnavailableException : GanglionException
{
    internal ModelUnavailableException(string message, Exception? innerException)
        : base("model-unavailable", message, innerException)
    {
    }
}
