namespace Ganglion.State;

/// <summary>
/// The state of an instance cannot be brought back: a part of it is gone or malformed, or the type that it is read as does not take one
/// of its changes; or it cannot be written. Trying again does not help; what needed the state is parked.
/// </summary>
public sealed class StateException : GanglionException
{
    /// <summary>What can be done about a state that lies on the log and cannot be read.</summary>
    internal const string Remedy = "Restore the topic from a backup, or load a saved state of the instance over it.";

    internal StateException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
