namespace Ganglion.Brokers;

/// <summary>The broker cannot write or read its storage: an operator has to make room, grant access, or move other data in its place.</summary>
public sealed class StorageException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public StorageException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
