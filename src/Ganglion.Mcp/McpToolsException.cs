namespace Ganglion.Mcp;

/// <summary>Something is wrong with a server of the Model Context Protocol, or with what is configured of it; <see cref="GanglionException.Code"/> says what.</summary>
public sealed class McpToolsException : GanglionException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What happened, where, and what can be done about it.</param>
    /// <param name="innerException">What caused it, if something else did.</param>
    public McpToolsException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
