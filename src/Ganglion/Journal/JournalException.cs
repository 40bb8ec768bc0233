namespace Ganglion.Journal;

/// <summary>
/// A handler and its journal do not get along: the code does not fit what was recorded, waits for something that cannot be
/// recorded, or the record cannot be read. Trying again does not help; the invocation is parked.
/// </summary>
public sealed class JournalException : GanglionException
{
    internal JournalException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
