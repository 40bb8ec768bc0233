namespace Ganglion.Supervision;

/// <summary>The children of a supervisor break again and again: it has given up, and whoever is above it decides.</summary>
internal sealed class RestartsExhaustedException(string supervisor, int most, TimeSpan window, string child, Exception cause)
    : GanglionException(
        "restarts-exhausted",
        $"The supervisor '{supervisor}' gives up: its children have been restarted more than {most} times within {window}, at last because of '{child}': {cause.Message}",
        cause);
