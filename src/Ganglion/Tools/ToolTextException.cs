namespace Ganglion.Tools;

/// <summary>What a tool has returned cannot be told as text; the message says why, as in "its result ...".</summary>
internal sealed class ToolTextException(string message, Exception? innerException = null) : Exception(message, innerException);
