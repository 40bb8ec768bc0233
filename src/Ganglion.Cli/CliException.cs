namespace Ganglion.Cli;

/// <summary>A command cannot do what it was asked to; the message is all that is shown of it.</summary>
internal sealed class CliException(string message, Exception? innerException = null)
    : GanglionException("command-failed", message, innerException);
