namespace Ganglion.Brokers;

/// <summary>Somebody newer has taken over what this producer or member held: stop, and leave the work to the successor.</summary>
public sealed class FencedException : GanglionException
{
    /// <summary>The code of errors that say: another process has the name of this one, so whoever goes on fences the other.</summary>
    internal const string InstanceFenced = "instance-fenced";

    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public FencedException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
